import type { RunRecord } from '../../model/run-record.ts';
import type { PullRequestFacts } from '../../ports/forge.ts';

/** Where a new task works. */
export interface Workplace {
  /** `owner/repo`. */
  readonly githubUrl: string;
  readonly branchName: string;
  /** A ref of that repository that the agent has to fetch itself, because no branch has it. */
  readonly fetchRef?: string;
}

/**
 * The branch that is asked for, else the pull request's head, else the default branch. Rebyte clones branches only: of
 * a fork that it cannot read it gets the base and fetches `refs/pull/N/head`, which GitHub keeps in the base repository.
 */
export function workplaceOf({ trigger, command }: RunRecord, pull: PullRequestFacts | undefined): Workplace {
  const own = `${trigger.repository.owner}/${trigger.repository.repo}`;
  const { branch } = command.flags;
  if (branch !== undefined) return { githubUrl: own, branchName: branch };
  if (pull === undefined) return { githubUrl: own, branchName: trigger.defaultBranch };
  const { headRepository, headBranch, headIsPrivate, baseBranch, number } = pull;
  const isOwn = headRepository?.toLowerCase() === own.toLowerCase();
  if (headRepository !== undefined && (isOwn || !headIsPrivate))
    return { githubUrl: headRepository, branchName: headBranch };
  return { githubUrl: own, branchName: baseBranch, fetchRef: `refs/pull/${number}/head` };
}
