import { randomBytes } from 'node:crypto';
import { InputError } from '../inputs/input-error.ts';
import { runUrl, type Environment } from '../environment.ts';
import { text, type WorkflowEvent } from '../event.ts';
import type { ActionInputs } from '../inputs/parse-inputs.ts';
import { Refusal } from '../refusal.ts';
import type { SentFile } from './sent-files.ts';
import type { Target } from './target.ts';
import { writtenTexts, type WrittenText } from './written-texts.ts';
import { buildPrompt, type PromptSection } from '../../shared/prompt/build.ts';
import { nothingToDoInstruction } from '../../shared/prompt/nothing-to-do-instruction.ts';
import { fillTemplate } from '../../shared/prompt/template.ts';

export interface PromptSource {
  readonly inputs: ActionInputs;
  readonly environment: Environment;
  readonly event: WorkflowEvent;
  /** What is checked out, in Markdown; '' when the task works on something else. */
  readonly workspace: string;
  readonly target: Target;
  readonly files: readonly SentFile[];
  readonly runReference: string;
  /** The text of `prompt-file`; '' without one. */
  readonly template: string;
  /** What the author of a text may do on the repository, in words. */
  readonly permissionOf: (login: string) => string;
}

export interface ComposedPrompt {
  readonly prompt: string;
  readonly notes: readonly string[];
}

/**
 * The prompt: the workflow author's words first, then what is checked out, then the event with the texts that people
 * wrote in it, which are context and never instructions.
 *
 * @throws InputError, Refusal.
 */
export async function composePrompt(source: PromptSource): Promise<ComposedPrompt> {
  const { inputs, environment, event, workspace, files, runReference } = source;
  // Waiting for a named task sends nothing.
  if (inputs.prompt === '' && inputs.promptFile === '') return { prompt: '', notes: [] };
  const written = writtenTexts(event);
  const words = inputs.promptFile === '' ? inputs.prompt : filledPromptFile(source, written);
  const rolls = inputs.report !== 'auto' && inputs.report.includes('issue');
  const sections: PromptSection[] = [
    ...(workspace === '' ? [] : [{ title: 'What the workflow has checked out', body: workspace, trusted: true }]),
    ...sentAlong(files),
    { title: 'The event', body: facts(environment, event), trusted: true },
    ...written.map(({ name, body, author }) => ({
      title: name,
      // A title is no Markdown, and is cleaned as the line that it is.
      ...(name === 'title' ? { heading: body, body: '' } : { body }),
      trusted: false,
      author,
      permission: source.permissionOf(author),
    })),
  ];
  const built = await buildPrompt({
    instructions: rolls ? `${words}\n\n${nothingToDoInstruction()}` : words,
    sections,
    boundary: randomBytes(12).toString('hex'),
    runReference,
  });
  if (built.kind === 'too_long')
    throw new InputError(
      inputs.promptFile === '' ? 'prompt' : 'prompt-file',
      `is too long: ${built.message.replace(/\.$/, '')}`,
    );
  const removed = built.removed.map(({ kind, count }) => `${count} × ${kind.replaceAll('_', ' ')}`);
  return {
    prompt: built.text,
    notes: [
      ...(built.cut.length === 0 ? [] : [`The prompt was too long; shortened or left out: ${built.cut.join(', ')}.`]),
      ...(removed.length === 0 ? [] : [`Removed from texts that others wrote: ${removed.join(', ')}.`]),
    ],
  };
}

/** What is checked out may be a stranger's, and so may a file's name: only one that says nothing stands among our words. */
function sentAlong(files: readonly SentFile[]): PromptSection[] {
  const paths = files.map(({ filename }) => `/code/${filename}`);
  const listed = (title: string, trusted: boolean): PromptSection => ({
    title,
    body: paths.filter((each) => isPlainName(each) === trusted).join('\n'),
    trusted,
  });
  const sections = [listed('Files sent along', true), listed('Files sent along, with unusual names', false)];
  return sections.filter(({ body }) => body !== '');
}

function filledPromptFile(source: PromptSource, written: readonly WrittenText[]): string {
  const { inputs, template } = source;
  if (template.trim() === '') throw new Refusal('file_refused', `\`prompt-file\`: "${inputs.promptFile}" is empty.`);
  const filled = fillTemplate(template, variables(source, written));
  if (filled.kind === 'unknown_variable')
    throw new InputError('prompt-file', `"${inputs.promptFile}": ${filled.message.replace(/\.$/, '')}`);
  return filled.text;
}

/**
 * The variables of a prompt file, all of them. Texts that people wrote stand in the context, where they are labelled
 * and cleaned; in the instructions their variable only points there.
 */
function variables(
  { environment, event, target }: PromptSource,
  written: readonly WrittenText[],
): Record<string, string> {
  const pointer = (name: WrittenText['name']): string =>
    written.some((each) => each.name === name) ? `(see the context "${name}")` : `(no ${name})`;
  return {
    repository: target.repository,
    branch: plain(target.branch),
    'base-branch': plain(text(event.payload, 'pull_request', 'base', 'ref')),
    sha: environment.sha,
    'head-sha': text(event.payload, 'pull_request', 'head', 'sha') || environment.sha,
    'base-sha': text(event.payload, 'pull_request', 'base', 'sha'),
    ref: plain(environment.ref),
    event: environment.eventName,
    action: text(event.payload, 'action'),
    number: event.thread === undefined ? '' : String(event.thread),
    actor: environment.actor,
    workflow: environment.workflow,
    'run-id': environment.runId,
    'run-url': runUrl(environment),
    title: pointer('title'),
    body: pointer('body'),
    comment: pointer('comment'),
  };
}

/** Whoever opens a pull request names its branch, so only a name that can say nothing stands in the instructions. */
function plain(name: string): string {
  return isPlainName(name) ? name : '(a branch with an unusual name, see the context)';
}

function isPlainName(name: string): boolean {
  return /^[\w./-]{0,100}$/.test(name);
}

function facts(environment: Environment, event: WorkflowEvent): string {
  const kind = event.isPullRequest ? 'Pull request' : 'Issue';
  const action = text(event.payload, 'action');
  return [
    `Workflow: ${environment.workflow || '(none)'}, run: ${runUrl(environment) || '(none)'}`,
    `Event: ${environment.eventName || '(none)'}${action === '' ? '' : `, ${action}`}, by ${environment.actor || '(nobody)'}`,
    ...(event.thread === undefined ? [] : [`${kind}: #${event.thread} of ${environment.repository}`]),
    ...[
      ['Head', 'head'],
      ['Base', 'base'],
    ].flatMap(([name, side = '']) => {
      const sha = text(event.payload, 'pull_request', side, 'sha');
      return sha === '' ? [] : [`${name} commit: ${sha}`];
    }),
  ].join('\n');
}
