/** The parts of the job's `github` context that say what it runs for. */
export interface GitHubEvent {
  /** e.g. `https://github.com` */
  readonly serverUrl: string;
  /** `owner/repo` the workflow belongs to. */
  readonly repository: string;
  /** e.g. `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1` */
  readonly ref: string;
  readonly sha: string;
  readonly headRef: string;
  readonly eventName: string;
  /** The parsed webhook payload: anything may be in it. */
  readonly event: unknown;
}

/** A pull request as the payload tells it. Branch names are whatever their authors chose: hostile text. */
export interface PullRequest {
  readonly number: number;
  /** `owner/repo`; undefined when the fork was deleted. */
  readonly headRepository: string | undefined;
  readonly headBranch: string;
  readonly headSha: string;
  readonly baseRepository: string;
  readonly baseBranch: string;
  readonly baseSha: string | undefined;
  /** GitHub's test merge of head into base; undefined when the payload names none. */
  readonly mergeSha: string | undefined;
  readonly fork: boolean;
  /** The head repository may be read by whoever can read the base. */
  readonly headReadable: boolean;
  /** Open pull requests still have their branch; closed ones often do not. */
  readonly open: boolean;
}

/** What `workflow_run` ran on. */
export interface WorkflowRunHead {
  readonly repository: string;
  readonly branch: string | undefined;
  readonly sha: string;
}

/** The pull request of a `pull_request`, `pull_request_target`, `pull_request_review` or review comment event. */
export function pullRequestOf(github: GitHubEvent): PullRequest | undefined {
  const pull = at(github.event, 'pull_request');
  const number = at(pull, 'number');
  const headSha = commit(at(pull, 'head', 'sha'));
  const headBranch = text(at(pull, 'head', 'ref'));
  const baseBranch = text(at(pull, 'base', 'ref'));
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined;
  if (headSha === undefined || headBranch === undefined || baseBranch === undefined) return undefined;
  const baseRepository = repositoryName(at(pull, 'base', 'repo', 'full_name')) ?? github.repository;
  const headRepository = repositoryName(at(pull, 'head', 'repo', 'full_name'));
  const fork = headRepository === undefined || !sameName(headRepository, baseRepository);
  // Only `pull_request` events run on the merge; the sha of `pull_request_target` is the base's.
  const ranOnMerge = /^refs\/pull\/\d+\/merge$/.test(github.ref);
  return {
    number,
    headRepository,
    headBranch,
    headSha,
    baseRepository,
    baseBranch,
    baseSha: commit(at(pull, 'base', 'sha')),
    // Once merged, merge_commit_sha is a commit of the base branch.
    mergeSha: ranOnMerge
      ? commit(github.sha)
      : commit(at(pull, 'merged') === true ? undefined : at(pull, 'merge_commit_sha')),
    fork,
    headReadable: headRepository !== undefined && (!fork || at(pull, 'head', 'repo', 'private') === false),
    open: at(pull, 'state') !== 'closed',
  };
}

export function workflowRunHeadOf(github: GitHubEvent): WorkflowRunHead | undefined {
  const run = at(github.event, 'workflow_run');
  const sha = commit(at(run, 'head_sha'));
  const repository = repositoryName(at(run, 'head_repository', 'full_name'));
  if (sha === undefined || repository === undefined) return undefined;
  return { repository, branch: text(at(run, 'head_branch')), sha };
}

/** The default branch of the workflow's repository, when the payload names it. */
export function defaultBranchOf(github: GitHubEvent): string | undefined {
  return text(at(github.event, 'repository', 'default_branch'));
}

/** GitHub compares `owner/repo` without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function commit(value: unknown): string | undefined {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}

function repositoryName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]+\/[\w.-]+$/.test(value) ? value : undefined;
}
