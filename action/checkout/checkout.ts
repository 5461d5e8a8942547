import type { RepositoryName } from '../../shared/model/thread.ts';
import type { PullRequest } from './event.ts';
import type { LocalCommits } from './local-commits.ts';
import type { Repository } from './repository.ts';
import type { WorkingTreeStatus } from './status.ts';

/** What is in the workspace, and where an agent's clone of it starts. */
export type Checkout = NoCheckout | GitCheckout;

export interface NoCheckout {
  readonly kind: 'none';
  /** One sentence. */
  readonly reason: string;
}

/** What the checked-out commit is, seen from the event. */
export type CheckoutSource =
  | 'branch'
  | 'pull_request'
  | 'pull_request_fork'
  | 'tag'
  /** A commit by its SHA, of no branch that we can name. */
  | 'commit'
  /** Not the repository that the workflow belongs to. */
  | 'other_repository'
  /** No remote, or one on another host. */
  | 'unknown_remote';

/** The repository, branch and commit that an agent should be given. */
export interface Task {
  readonly source: CheckoutSource;
  /** The pull request whose changes are in the workspace; not the event's, when its base is checked out. */
  readonly pullRequest?: PullRequest;
  /** `owner/repo` for Rebyte's `githubUrl`; undefined when Rebyte could not clone what is checked out. */
  readonly taskRepository: string | undefined;
  /** For Rebyte's `branchName`: exists on `taskRepository` as far as can be told. Hostile text. */
  readonly taskBranch: string | undefined;
  /**
   * The commit to work on, on the remote. HEAD, but for GitHub's test merge of a pull request: there it is the pull
   * request's own head. Undefined when HEAD is a commit that only the workspace has.
   */
  readonly taskSha: string | undefined;
  /** Sentences for people, safe as Markdown. */
  readonly notes: readonly string[];
}

export interface GitCheckout extends Task {
  readonly kind: 'checkout';
  readonly root: string;
  readonly repository: Repository;
  /** Undefined when there is none, or it is on another host than GitHub. */
  readonly remote: RepositoryName | undefined;
  /** Name of the remote that HEAD belongs to, e.g. `origin`. */
  readonly remoteName: string | undefined;
  /** Where the checked-out commits can be fetched; without credentials. */
  readonly remoteUrl: string | undefined;
  /** The local branch; undefined when detached. Hostile text. */
  readonly branch: string | undefined;
  readonly detached: boolean;
  readonly sha: string;
  readonly local: LocalCommits;
  readonly status: WorkingTreeStatus;
}
