import type { RunRecord } from '../../model/run-record.ts';
import type {
  ChangedFile,
  Comment,
  PermissionsPort,
  PullRequestFacts,
  RepositoryPort,
  ThreadsPort,
} from '../../ports/forge.ts';
import type { PromptSection } from '../../prompt/build.ts';
import { commentSince, openingSince } from './since-command.ts';

/** A longer comment is a pasted log; its beginning tells what it is. */
const MAX_COMMENT_CHARS = 16_000;
const MAX_FILES = 300;
/** What a section costs besides its body. */
const SECTION_OVERHEAD_CHARS = 400;

export type ContextPorts = Pick<ThreadsPort, 'listComments'> &
  Pick<RepositoryPort, 'getThread' | 'listChangedFiles'> &
  Pick<PermissionsPort, 'roleOf'>;

/** The title and text that the thread began with. */
export async function openingSection(forge: ContextPorts, run: RunRecord): Promise<PromptSection[]> {
  const { title, body, author } = await forge.getThread(run.trigger.thread);
  const since = openingSince(run.trigger, { title, body });
  const section = { title: 'Title and description', heading: title, body, trusted: false, author };
  return [{ ...section, ...(since !== undefined && { since }) }];
}

/** What the commander wrote around the command. */
export function sourceSection({ trigger, command, permission }: RunRecord): PromptSection[] {
  const hasMore = trigger.text.trim().split('\n').length > command.prompt.trim().split('\n').length + 1;
  if (trigger.kind === 'schedule' || trigger.kind === 'labeled' || !hasMore) return [];
  const { login } = trigger.sender;
  return [{ title: 'The whole text with the command', body: trigger.text, trusted: false, author: login, permission }];
}

/** The place in the diff that a review comment is about; the code there counts as the pull request's author's. */
export function placeSection({ trigger }: RunRecord, pull: PullRequestFacts | undefined): PromptSection[] {
  const { place } = trigger;
  if (place === undefined) return [];
  const { path, line, startLine, side, diffHunk } = place;
  const lines = [startLine, line].filter((each) => each !== undefined).join('–');
  const where = [`File: ${oneLine(path)}`, lines && `Lines: ${lines}`, side && `Side: ${side}`];
  const hunk = diffHunk === undefined ? '' : `\n\n${fenced('diff', diffHunk)}`;
  const title = 'The place in the diff that the command is about';
  return [{ title, body: fenced('text', where.filter(Boolean).join('\n')) + hunk, trusted: false, ...authorOf(pull) }];
}

/** As code, whose HTML people see: nothing in it is hidden, so nothing is to be taken out. */
function fenced(language: 'diff' | 'text', code: string): string {
  const runs = code.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  return `${fence}${language}\n${code}\n${fence}`;
}

/** The name of a file may hold line ends, and all else that could be taken for another line. */
function oneLine(path: string): string {
  return path.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

function authorOf(pull: PullRequestFacts | undefined): Pick<PromptSection, 'author'> {
  return pull === undefined ? {} : { author: pull.author };
}

/** Which files a pull request changes, as of its head now, and by how much. */
export async function changesSection(
  forge: ContextPorts,
  run: RunRecord,
  pull: PullRequestFacts | undefined,
): Promise<PromptSection[]> {
  if (pull === undefined) return [];
  const lines: string[] = [];
  for await (const file of forge.listChangedFiles(run.trigger.thread)) {
    if (lines.length === MAX_FILES) {
      lines.push('… and more');
      break;
    }
    lines.push(fileLine(file));
  }
  const hasMoved = run.headSha !== undefined && run.headSha !== pull.headSha;
  const since = hasMoved ? { since: `the head has moved to ${pull.headSha}` } : {};
  return [
    { title: 'Changed files', body: fenced('text', lines.join('\n')), trusted: false, ...authorOf(pull), ...since },
  ];
}

function fileLine({ status, path, additions, deletions }: ChangedFile): string {
  return `${status} ${oneLine(path)} (+${additions} -${deletions})`;
}

export interface ConversationRequest {
  readonly run: RunRecord;
  readonly self: string;
  /** Characters that the conversation may take. */
  readonly room: number;
  /** Comments up to this id are known to the task already. Default: none are. */
  readonly seenUpTo?: number;
}

/** The conversation, newest last; what has no room is left out from the oldest on, and counted. */
export async function conversation(
  forge: ContextPorts,
  { run, self, room, seenUpTo = 0 }: ConversationRequest,
): Promise<{ readonly sections: readonly PromptSection[]; readonly leftOut: number }> {
  const { reactTo, thread } = run.trigger;
  const asking = reactTo?.kind === 'comment' ? reactTo.id : undefined;
  const kept: { section: PromptSection; size: number }[] = [];
  let [size, leftOut] = [0, 0];
  for await (const comment of forge.listComments(thread)) {
    if (comment.id <= seenUpTo || comment.id === asking || comment.author === self) continue;
    const section = commentSection(comment, run);
    const entry = { section, size: Math.min(section.body.length, MAX_COMMENT_CHARS) + SECTION_OVERHEAD_CHARS };
    kept.push(entry);
    size += entry.size;
    for (; size > room && kept.length > 0; leftOut++) size -= kept.shift()?.size ?? 0;
  }
  return { sections: kept.map(({ section }) => section), leftOut };
}

function commentSection(comment: Comment, { trigger }: RunRecord): PromptSection {
  const { body, author, url } = comment;
  const since = commentSince(trigger, comment);
  const section = { title: `Comment ${url}`, body, maxBodyChars: MAX_COMMENT_CHARS, trusted: false, author };
  return { ...section, ...(since !== undefined && { since }) };
}
