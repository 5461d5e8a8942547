import type { RepositoryName, Thread } from '../model/thread.ts';

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
  /** Login of the author, or '' for a ghost. */
  readonly author: string;
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
}
