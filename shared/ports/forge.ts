import type { RepositoryName, Thread } from '../model/thread.ts';

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
  /** Login of the author, or '' for a ghost. */
  readonly author: string;
  /** Milliseconds since the epoch by GitHub's clock, in whole seconds; undefined when GitHub does not say. */
  readonly createdAt?: number;
  /** The same, of the last edit. */
  readonly updatedAt?: number;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly author: string;
}

export interface CheckRun {
  readonly id: number;
  readonly url: string;
}

/** GitHub's conclusions for a check run that is over. */
export type CheckConclusion = 'success' | 'failure' | 'neutral' | 'cancelled' | 'timed_out' | 'skipped';

export interface CheckRunState {
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  /** Required when `status` is `completed`. */
  readonly conclusion?: CheckConclusion;
  readonly title: string;
  /** Markdown, at most 65,535 characters. */
  readonly summary: string;
  readonly detailsUrl?: string;
  /** Our own reference, at most 20 bytes are shown by GitHub, any text is kept. */
  readonly externalId?: string;
}

/**
 * Threads and what is written in them. Every listing reads all pages. Rate limits and passing faults are waited out
 * inside; what rejects is a `ForgeError` (forge-error.ts), is final, and names the method, the path, the status and the
 * permission that was missing. A creation whose answer got lost rejects with its subclass `WriteInDoubtError`.
 */
export interface ThreadsPort {
  /**
   * Our own login as GitHub shows it on what we write, e.g. `github-actions[bot]`. `undefined` when GitHub will not say
   * who we are: then nothing counts as ours (no author equals `undefined`, not even a ghost's '').
   */
  viewer(): Promise<string | undefined>;
  listComments(thread: Thread): AsyncIterable<Comment>;
  createComment(thread: Thread, body: string): Promise<Comment>;
  updateComment(repository: RepositoryName, commentId: number, body: string): Promise<Comment>;
  /** Open issues (never pull requests) that carry every label. */
  listOpenIssues(repository: RepositoryName, labels: readonly string[]): AsyncIterable<Issue>;
  createIssue(
    repository: RepositoryName,
    issue: { title: string; body: string; labels: readonly string[] },
  ): Promise<Issue>;
  updateIssue(thread: Thread, changes: { body: string }): Promise<Issue>;
}

/** Check runs on a commit. Same promises about limits and errors as {@link ThreadsPort}. */
export interface ChecksPort {
  createCheck(repository: RepositoryName, headSha: string, state: CheckRunState): Promise<CheckRun>;
  updateCheck(repository: RepositoryName, checkRunId: number, state: CheckRunState): Promise<CheckRun>;
  /** The commit's newest check run of our own that carries the reference, if there is one. */
  findCheck(repository: RepositoryName, headSha: string, externalId: string): Promise<CheckRun | undefined>;
}

export type ReactionContent = 'eyes' | 'hooray' | 'confused';

/** What a reaction goes on. */
export interface ReactionTarget extends RepositoryName {
  readonly kind: 'comment' | 'review_comment' | 'thread';
  /** REST id of the comment, or number of the thread. */
  readonly id: number;
}

export interface PullRequestFacts {
  readonly number: number;
  /** Login of whoever opened it, or '' for a ghost. */
  readonly author: string;
  readonly headSha: string;
  readonly headBranch: string;
  /** `owner/repo`; undefined when the fork is gone. */
  readonly headRepository: string | undefined;
  readonly headIsPrivate: boolean;
  readonly baseBranch: string;
  readonly baseSha: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: string;
  readonly additions: number;
  readonly deletions: number;
}

export interface FileContent {
  readonly text: string;
  readonly etag: string;
  /** Web address. */
  readonly url: string;
}

/** What an authorisation asks. Every answer comes from the API; what cannot be asked rejects, and that means no. */
export interface PermissionsPort {
  /** GitHub's `role_name`: none, read, triage, write, maintain, admin, or a custom role's; with its base `permission`. */
  roleOf(repository: RepositoryName, login: string): Promise<{ role: string; permission: string }>;
  isTeamMember(org: string, teamSlug: string, login: string): Promise<boolean>;
}

/** What is read of a repository and its threads besides comments. */
export interface RepositoryPort {
  /** `unchanged` when `etag` still holds; undefined when there is no such file. Without `ref`, the default branch. */
  readFile(
    repository: RepositoryName,
    path: string,
    options?: { ref?: string; etag?: string },
  ): Promise<FileContent | 'unchanged' | undefined>;
  getThread(thread: Thread): Promise<Issue & { readonly isPullRequest: boolean }>;
  getPullRequest(thread: Thread): Promise<PullRequestFacts>;
  listChangedFiles(thread: Thread): AsyncIterable<ChangedFile>;
  /** Idempotent: the same reaction again changes nothing. */
  react(target: ReactionTarget, content: ReactionContent): Promise<void>;
}

/** GitHub as one installation of the App sees it. */
export interface Forge extends ThreadsPort, ChecksPort, PermissionsPort, RepositoryPort {}
