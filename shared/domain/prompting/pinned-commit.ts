import { COMMIT_ID } from '../../model/commit-id.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { Workplace } from '../submission/workplace.ts';

/**
 * Tells the agent which commit of the pull request the command was given for, and how to get there: Rebyte clones a branch,
 * and that may have moved. Nothing for another branch that was asked for. A shell line holds nothing but the id of a commit
 * and a ref of ours.
 *
 * @param workplace of a new task; a follow-up goes on in its own clone, which is not touched.
 */
export function pinnedCommitLines(
  { command, headSha = '' }: RunRecord,
  workplace: Workplace | undefined,
): readonly string[] {
  const isPinned = COMMIT_ID.test(headSha);
  const fetch = `git fetch origin ${headSha}`;
  if (workplace === undefined) return isPinned ? [goOn(headSha, fetch)] : [];
  if (command.flags.branch !== undefined) return [];
  const { fetchRef } = workplace;
  if (!isPinned && fetchRef === undefined) return [];
  if (!isPinned) return [`First fetch and check out the pull request's head: git fetch origin ${fetchRef}`];
  const fetched = fetchRef === undefined ? fetch : `{ ${fetch} || git fetch origin ${fetchRef}; }`;
  return [
    `Work on exactly the commit ${headSha}, which the command was given for; the branch may have moved since. Before anything else, in the clone:`,
    `test "$(git rev-parse HEAD)" = ${headSha} || { ${fetched} && git checkout --detach ${headSha}; }`,
    'If HEAD is detached then, make a branch before you commit. Never push by force. If a command fails, do not guess: say in your answer which one failed and which commit you worked on.',
  ];
}

function goOn(sha: string, fetch: string): string {
  return `The command was given for the commit ${sha}. Go on in the clone that you have and keep what is in it; when you need that commit: ${fetch}`;
}
