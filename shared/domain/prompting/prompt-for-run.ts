import { authorPermissions } from './author-permissions.ts';
import { instructionsFor } from './instructions.ts';
import { pinnedCommitLines } from './pinned-commit.ts';
import {
  changesSection,
  conversation,
  openingSection,
  placeSection,
  sourceSection,
  type ContextPorts,
} from './thread-context.ts';
import type { RepositoryConfig } from '../../model/repository-config.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { PullRequestFacts } from '../../ports/forge.ts';
import { buildPrompt, MAX_PROMPT_CHARS, type PromptSection } from '../../prompt/build.ts';
import type { Workplace } from '../submission/workplace.ts';

/** For the introduction, the note about what was cut and the run reference. */
const FRAME_CHARS = 2_500;

export interface PromptRequest {
  readonly forge: ContextPorts;
  readonly run: RunRecord;
  readonly config: RepositoryConfig;
  /** Our own login: what we wrote ourselves is no context. */
  readonly self: string;
  /** Random, new for each prompt. */
  readonly boundary: string;
  /** Of a pull request. */
  readonly pull?: PullRequestFacts;
  /** Of a new task; a follow-up has its own. */
  readonly workplace?: Workplace;
  /** A follow-up's task knows the thread up to this comment. */
  readonly seenUpTo?: number;
  /** Names of files that are sent along. */
  readonly filenames: readonly string[];
}

export type RunPrompt =
  | { readonly kind: 'built'; readonly text: string; readonly notes: readonly string[] }
  /** The prompt cannot be made as the command or the config has it. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The prompt of a run: what was commanded, apart from the thread around it. Context that does not fit is left out from
 * the oldest comment on, and both the prompt and the notes say so.
 */
export async function promptForRun(request: PromptRequest): Promise<RunPrompt> {
  const { run, boundary } = request;
  const instructions = instructionsFor(run, request.config);
  if (instructions.kind === 'refused') return instructions;
  const { sections, leftOut } = await contextOf(request, MAX_PROMPT_CHARS - instructions.text.length);
  const { runReference } = run;
  const built = await buildPrompt({ instructions: instructions.text, sections, boundary, runReference });
  if (built.kind === 'too_long') return { kind: 'refused', message: tooLong(built.chars, built.limit) };
  const removed = built.removed.map(({ kind, count }) => `${count} × ${kind.replaceAll('_', ' ')}`);
  const notes = [
    ...(leftOut === 0 ? [] : [`The oldest ${leftOut} comments were left out of the prompt: it would be too long.`]),
    ...(built.cut.length === 0 ? [] : [`The prompt was too long; shortened or left out: ${built.cut.join(', ')}.`]),
    ...(removed.length === 0 ? [] : [`Removed from texts that others wrote: ${removed.join(', ')}.`]),
  ];
  return { kind: 'built', text: built.text, notes };
}

async function contextOf(
  request: PromptRequest,
  room: number,
): Promise<{ sections: readonly PromptSection[]; leftOut: number }> {
  const { forge, run, pull, self, seenUpTo } = request;
  const facts: PromptSection = { title: 'Where and why', body: factLines(request), trusted: true };
  const near = [facts, ...sourceSection(run), ...placeSection(run, pull)];
  if (run.target.kind !== 'thread') return { sections: near, leftOut: 0 };
  const isFollowUp = seenUpTo !== undefined;
  const opening = isFollowUp ? [] : await openingSection(forge, run);
  const changes = await changesSection(forge, run, pull);
  const fixed = [...near, ...opening, ...changes];
  const taken = fixed.reduce((sum, { body }) => sum + body.length + FRAME_CHARS / 5, FRAME_CHARS);
  const talk = await conversation(forge, {
    run,
    self,
    room: Math.max(0, room - taken),
    ...(isFollowUp && { seenUpTo }),
  });
  const gap: PromptSection = {
    title: 'Left out',
    body: `The oldest ${talk.leftOut} comments of the conversation, because the prompt would be too long.`,
    trusted: true,
  };
  const sections = [...near, ...opening, ...(talk.leftOut === 0 ? [] : [gap]), ...talk.sections, ...changes];
  const byWorth = [...fixed, ...talk.sections.toReversed()];
  return { sections: await withPermissions(request, sections, byWorth), leftOut: talk.leftOut };
}

/** @param byWorth the same sections, those whose authors matter most first. */
async function withPermissions(
  { forge, run }: PromptRequest,
  sections: readonly PromptSection[],
  byWorth: readonly PromptSection[],
): Promise<readonly PromptSection[]> {
  const logins = byWorth.flatMap(({ author }) => (author === undefined ? [] : [author]));
  const { repository, sender } = run.trigger;
  const known = new Map([[sender.login, run.permission]]);
  const permissionOf = await authorPermissions(forge, { repository, known }, logins);
  return sections.map((section) =>
    section.author === undefined ? section : { permission: permissionOf(section.author), ...section },
  );
}

function factLines({ run, pull, workplace, filenames }: PromptRequest): string {
  const { repository, thread, isPullRequest, url, sender } = run.trigger;
  const kind = isPullRequest ? 'Pull request' : 'Issue';
  return [
    `Repository: ${repository.owner}/${repository.repo}`,
    ...(thread.number === 0 ? [] : [`${kind}: #${thread.number}`]),
    ...(run.target.kind === 'thread' ? [`Asked by: ${sender.login}, in ${url}`] : [`Schedule: ${run.target.schedule}`]),
    ...(pull === undefined ? [] : pullLines(pull, run)),
    ...(pull === undefined ? [] : pinnedCommitLines(run, workplace)),
    ...filenames.map((filename) => `File sent along: /code/${filename}`),
  ].join('\n');
}

/** Whoever opens a pull request names its branches, so only a name that can say nothing stands among our own words. */
function pullLines({ headBranch, headSha, headRepository, baseBranch, baseSha }: PullRequestFacts, run: RunRecord) {
  const asked = run.headSha ?? headSha;
  const since = asked === headSha ? '' : `; since the command it has moved to ${headSha}`;
  return [
    `Base: ${plain(baseBranch)} at ${baseSha}`,
    `Head: ${plain(headBranch)} of ${headRepository ?? 'a fork that is gone'} at ${asked}${since}`,
  ];
}

function plain(name: string): string {
  return /^[\w./-]{1,100}$/.test(name) ? name : '(a branch with an unusual name)';
}

function tooLong(chars: number, limit: number): string {
  return `The command makes a prompt of ${chars} characters; Rebyte takes at most ${limit}. Shorten it, or attach the long part as a file.`;
}
