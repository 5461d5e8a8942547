import type { RepositoryConfig } from '../../model/repository-config.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { PullRequestFacts } from '../../ports/forge.ts';
import { CONFIG_PATH } from '../config/load-config.ts';

/** Verbs that are about the commits which the commander saw: the others only say that the head has moved. */
const BOUND_VERBS: readonly string[] = ['review', 'fix'];

export type HeadVerdict =
  /** @param notes what the report has to say about it. */
  | { readonly kind: 'goes_on'; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: 'head_moved'; readonly message: string };

/**
 * Whether a run may start on the pull request's head as it is now. Where the configuration says `on-moved-head: refuse`,
 * `review` and `fix` do not start on another commit than the command was given for, nor when that one is not known.
 */
export function judgeHead(
  { command, headSha }: Pick<RunRecord, 'command' | 'headSha'>,
  now: Pick<PullRequestFacts, 'headSha' | 'number'>,
  { onMovedHead }: Pick<RepositoryConfig, 'onMovedHead'>,
): HeadVerdict {
  if (headSha === now.headSha) return { kind: 'goes_on', notes: [] };
  const isBound = onMovedHead === 'refuse' && BOUND_VERBS.includes(command.verb);
  if (isBound) return { kind: 'refused', reason: 'head_moved', message: refusal(headSha, now) };
  // That it is not known was noted when the command was taken in.
  if (headSha === undefined) return { kind: 'goes_on', notes: [] };
  const note = `Before the task started, the pull request's head had moved to ${now.headSha}; this was asked for at ${headSha}.`;
  return { kind: 'goes_on', notes: [note] };
}

function refusal(asked: string | undefined, { number, headSha }: Pick<PullRequestFacts, 'headSha' | 'number'>): string {
  const rule = `\`on-moved-head: refuse\` in \`${CONFIG_PATH}\``;
  if (asked === undefined)
    return `GitHub did not show the head of pull request #${number} when the command was given, so nobody can tell whether ${headSha} is what was meant, and ${rule} lets nothing start then.`;
  return `The head of pull request #${number} has moved from ${asked} to ${headSha} since the command was given, and ${rule} lets nothing start then.`;
}
