import { formatDuration } from './duration.ts';
import { formatFileSize } from './file-size.ts';
import { inertLine } from './inert-line.ts';
import { inlineCode, link } from './inline.ts';
import { neutralize } from './neutralize.ts';
import { trimLines } from './trim-lines.ts';
import { REASONS } from '../model/reason.ts';
import type { Receipt, Report } from '../model/report.ts';
import type { ReportStatus } from '../model/run.ts';

const MAX_ROWS = 50;
const MAX_NOTES = 20;
const MAX_NOTE_CHARS = 500;
const MAX_MESSAGE_CHARS = 2_000;
/** Enough to compare by eye; whoever runs the App has all of it in the run's record. */
const HASH_DIGITS = 12;

const HEADLINES: Record<ReportStatus, { readonly icon: string; readonly words: string }> = {
  queued: { icon: '⏳', words: 'Rebyte is getting ready' },
  running: { icon: '⚙️', words: 'Rebyte is working on it' },
  succeeded: { icon: '✅', words: 'Done' },
  failed: { icon: '❌', words: 'Failed' },
  canceled: { icon: '🚫', words: 'Canceled' },
  timed_out: { icon: '⏰', words: 'Timed out' },
  refused: { icon: '⛔', words: 'Not started' },
  lost: { icon: '❓', words: 'Outcome unknown' },
  skipped: { icon: '🧪', words: 'Dry run' },
};

/** `✅ Done`. */
export function headline({ status, reason }: Report): string {
  const { icon, words } = HEADLINES[status];
  return `${icon} ${reason === 'nothing_to_do' ? 'Nothing to do' : words}`;
}

/** What happened and what to do next; only what is said of this run for a success, and for a run on its way. */
export function explanation(report: Report): string {
  const { reason, message = '', receipt } = report;
  const said = trimLines(neutralize(message.slice(0, MAX_MESSAGE_CHARS).trim(), receipt));
  if (reason === undefined || reason === 'completed' || reason === 'nothing_to_do') return said;
  const { meaning, remedy: usual } = REASONS[reason];
  const happened = said === '' ? meaning : said;
  const remedy = report.remedy ?? usual;
  return remedy === '' || happened.includes(remedy) ? happened : `${happened}\n\n**Next:** ${remedy}`;
}

/** A table of what the task produced; '' when it produced nothing. */
export function artifactsTable({ artifacts = [] }: Report): string {
  if (artifacts.length === 0) return '';
  const rows = artifacts
    .slice(0, MAX_ROWS)
    .map(({ name, size }) => `| ${inlineCode(name)} | ${formatFileSize(size)} |`);
  const more = artifacts.length > MAX_ROWS ? [`| … and ${artifacts.length - MAX_ROWS} more | |`] : [];
  return ['| Artifact | Size |', '| :-- | --: |', ...rows, ...more].join('\n');
}

/** Links and figures in one line. */
export function footer({ taskUrl, shareUrl, executor, model, durationMs }: Report): string {
  const agent = [executor, model]
    .filter((name) => name !== undefined && name !== '')
    .map((name) => inlineCode(name ?? ''));
  return [
    taskUrl === undefined ? '' : link('Open the task', taskUrl),
    shareUrl === undefined ? '' : link('Shared link', shareUrl),
    agent.join(' / '),
    durationMs === undefined ? '' : formatDuration(durationMs),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Who asked what, when, against which commit: collapsed. */
export function receiptDetails({ receipt, taskId, reason }: Report): string {
  const rows = receiptRows(receipt, { taskId, reason }).map(([name, value]) => `| ${name} | ${value} |`);
  const notes = (receipt.notes ?? [])
    .slice(0, MAX_NOTES)
    .map((note) => `- ${inertLine(note.slice(0, MAX_NOTE_CHARS), receipt)}`);
  return [
    '<details><summary>Receipt</summary>',
    ['| | |', '| :-- | :-- |', ...rows].join('\n'),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    '</details>',
  ].join('\n\n');
}

function receiptRows(
  receipt: Receipt,
  run: { taskId: string | undefined; reason: string | undefined },
): [string, string][] {
  const { actor, permission, event, repository, branch, sha, sourceUrl, runUrl, resultSource } = receipt;
  const rows: [string, string | undefined][] = [
    ['Asked by', permission === undefined ? inlineCode(actor) : `${inlineCode(actor)} (${inlineCode(permission)})`],
    ['Event', inlineCode(event)],
    ['Repository', inlineCode(repository)],
    ['Branch', branch && inlineCode(branch)],
    ['Commit', sha && inlineCode(sha)],
    ['Task', run.taskId && inlineCode(run.taskId)],
    ['Asked in', sourceUrl && link('this comment', sourceUrl)],
    ['Command', commandCell(receipt)],
    ['Workflow run', runUrl && link('log', runUrl)],
    ['Result taken from', resultSource && inlineCode(resultSource)],
    ['Reason code', run.reason && inlineCode(run.reason)],
  ];
  return rows.flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
}

function commandCell({ commandSha256, commandUrl }: Receipt): string | undefined {
  if (commandSha256 === undefined) return undefined;
  const hash = `SHA-256 ${inlineCode(commandSha256.slice(0, HASH_DIGITS))}`;
  return commandUrl === undefined ? hash : `${hash} of ${link('what is tried again', commandUrl)}`;
}
