import { wholeWords } from '../model/whole-words.ts';
import { formatDuration } from './duration.ts';
import { inertLine } from './inert-line.ts';
import { inlineCode, link } from './inline.ts';
import type { CommandProblem } from '../model/command.ts';
import type { LoadedConfig } from '../model/repository-config.ts';
import type { RunRecord } from '../model/run-record.ts';

const MAX_PROBLEMS = 20;
const MAX_RUNS = 20;
const MAX_MESSAGE_CHARS = 1_000;
const HELP_HINT = 'See `/rebyte help` for what there is.';

type BrokenConfig = Extract<LoadedConfig, { kind: 'broken' }>;

/** The repository's configuration cannot be used, and somebody gave a command. */
export function brokenConfigAnswer(broken: BrokenConfig): string {
  return [
    `⛔ Nothing was run: ${fileLink(broken)} cannot be used, and without it nobody knows what it forbids.`,
    problemList(broken),
    'Mend it on the default branch, then give the command again.',
  ].join('\n\n');
}

/** The repository's configuration cannot be used, and a schedule waits for it. */
export function restingScheduleAnswer(broken: BrokenConfig): string {
  return [
    `⛔ This schedule does not run: ${fileLink(broken)} cannot be used.`,
    problemList(broken),
    'Mend it on the default branch; the schedule goes on with its next time.',
  ].join('\n\n');
}

function fileLink({ path, url }: BrokenConfig): string {
  return link(inlineCode(path), url);
}

function problemList({ url, problems }: BrokenConfig): string {
  const list = problems.slice(0, MAX_PROBLEMS).map(({ line, message }) => {
    const place = line === undefined ? '' : `${link(`Line ${line}`, `${url}#L${line}`)}: `;
    return `- ${place}${inert(message)}`;
  });
  const more = problems.length > MAX_PROBLEMS ? [`- … and ${problems.length - MAX_PROBLEMS} more`] : [];
  return [...list, ...more].join('\n');
}

/** GitHub will not show the repository's configuration. */
export function unreadableConfigAnswer(message: string): string {
  return `⛔ Nothing was run: GitHub will not show this repository's \`.github/rebyte.yml\`, and without it nobody knows what it forbids. ${inert(message)}`;
}

export function rebyteRefusedAnswer(message: string): string {
  return `⛔ Rebyte refused: ${inert(message)}`;
}

/** What could not be understood in a text. */
export function problemsAnswer(problems: readonly CommandProblem[]): string {
  const messages = problems.slice(0, MAX_PROBLEMS).map(({ message }) => inert(message));
  const list = messages.length === 1 ? messages.join('') : messages.map((message) => `- ${message}`).join('\n');
  return `🤔 ${messages.length === 1 ? '' : 'Not carried out:\n\n'}${list}\n\n${HELP_HINT}`;
}

export function refusedAnswer(message: string): string {
  return `⛔ ${message}`;
}

export function noKeyAnswer(owner: string): string {
  return `⛔ Nothing was done: this App has no Rebyte API key for ${inlineCode(owner)}. Whoever runs the App can add one to \`REBYTE_API_KEYS\`.`;
}

export interface OverBudget {
  readonly scope: 'repository' | 'user';
  /** Runs per hour. */
  readonly limit: number;
  /** Milliseconds since the epoch. */
  readonly retryAt: number;
  readonly now: number;
}

export function overBudgetAnswer({ scope, limit, retryAt, now }: OverBudget): string {
  const whose = scope === 'repository' ? 'This repository has' : 'You have';
  const key = scope === 'repository' ? 'runs-per-hour' : 'runs-per-hour-and-user';
  const clock = new Date(retryAt).toISOString().slice(11, 16);
  return `⏳ ${whose} used up the budget of ${limit} ${limit === 1 ? 'run' : 'runs'} per hour. Please give the command again after ${clock} UTC (in ${formatDuration(Math.max(0, retryAt - now))}). The limit is ${inlineCode(key)} in \`.github/rebyte.yml\`.`;
}

/** Where the thread's runs stand. @param runs newest first */
export function statusAnswer(runs: readonly RunRecord[], now: number): string {
  if (runs.length === 0) return 'No run in this thread yet. Start one with `/rebyte` and what is to be done.';
  return runs
    .slice(0, MAX_RUNS)
    .map((run) => `- ${runLine(run, now)}`)
    .join('\n');
}

export function canceledAnswer(runs: readonly RunRecord[]): string {
  if (runs.length === 0)
    return 'Nothing to cancel: no run of this thread that was asked for before is waiting or under way.';
  return runs.map((run) => `- ${outcome(run)}: ${describe(run)}`).join('\n');
}

function outcome({ ending }: RunRecord): string {
  if (ending === undefined) return '⏳ Will be canceled as soon as Rebyte has answered the request under way';
  return ending.status === 'canceled' ? '🚫 Canceled' : `Over before it could be canceled (${ending.status})`;
}

/** Why the thread's last run is not tried again. */
export function notRetriedAnswer(run: RunRecord | undefined, now: number): string {
  if (run === undefined) return 'Nothing to retry: there was no run in this thread yet.';
  const words =
    run.state === 'settled'
      ? 'Nothing to retry, it succeeded. To have it done once more, give the command itself again.'
      : 'It is not over yet. Wait for it, or `/rebyte cancel` it first.';
  return `${words}\n\n- ${runLine(run, now)}`;
}

export function sharedAnswer(url: string | undefined): string {
  if (url === undefined) return 'The task is public now, but Rebyte gave no link. Look at it on Rebyte.';
  return `🔗 ${link('The task is public now', url)}: everybody who has this link can read it. Take it back on Rebyte.`;
}

export function nothingToShareAnswer(): string {
  return 'Nothing to share: no run of this thread has a task on Rebyte yet.';
}

export function sharingOffAnswer(): string {
  return '⛔ Sharing is switched off in `.github/rebyte.yml` (`share: false`).';
}

function runLine(run: RunRecord, now: number): string {
  const { state, ending, createdAt, report } = run;
  const stands =
    ending === undefined
      ? `**${state === 'running' ? 'running' : 'waiting'}** for ${formatDuration(now - createdAt)}`
      : `**${ending.status.replace('_', ' ')}** ${formatDuration(now - ending.at)} ago`;
  const shown = report.commentUrl === undefined ? '' : ` · ${link('report', report.commentUrl)}`;
  return `${stands}: ${describe(run)}${shown}`;
}

function describe({ command, trigger, taskUrl }: RunRecord): string {
  const words = command.verb === 'run' ? command.prompt : `${command.custom ?? command.verb} ${command.prompt}`;
  const task = taskUrl === undefined ? '' : ` · ${link('task', taskUrl)}`;
  return `${link(inlineCode(`/rebyte ${words}`, 80), trigger.url)} by ${inlineCode(trigger.sender.login)}${task}`;
}

/** Messages quote what people wrote. */
function inert(message: string): string {
  return inertLine(wholeWords(message.replace(/\s+/g, ' '), MAX_MESSAGE_CHARS));
}
