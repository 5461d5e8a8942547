import type { GitHubEvent } from '../../../action/checkout/event.ts';

/** A push of `sha` to acme/site's main branch, with what is different. */
export function eventOf(sha: string, changes: Partial<GitHubEvent> = {}): GitHubEvent {
  return {
    serverUrl: 'https://github.com',
    repository: 'acme/site',
    ref: 'refs/heads/main',
    sha,
    headRef: '',
    eventName: 'push',
    event: { repository: { full_name: 'acme/site', default_branch: 'main' } },
    ...changes,
  };
}

export interface PullRequestEventOptions {
  readonly mergeSha: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly headRepository?: string | null;
  readonly headPrivate?: boolean;
  readonly headBranch?: string;
  readonly state?: string;
}

/** Pull request #7 into acme/site's main branch; the payload's shape is GitHub's. */
export function pullRequestEvent(options: PullRequestEventOptions): GitHubEvent {
  const {
    headSha,
    baseSha,
    mergeSha,
    headRepository = 'acme/site',
    headBranch = 'feature/x',
    state = 'open',
  } = options;
  const headRepo =
    headRepository === null ? null : { full_name: headRepository, private: options.headPrivate ?? false };
  const pull_request = {
    number: 7,
    state,
    merge_commit_sha: mergeSha,
    head: { ref: headBranch, sha: headSha, repo: headRepo },
    base: { ref: 'main', sha: baseSha, repo: { full_name: 'acme/site', private: false } },
  };
  return eventOf(mergeSha, {
    eventName: 'pull_request',
    ref: 'refs/pull/7/merge',
    headRef: headBranch,
    event: { action: 'synchronize', number: 7, pull_request, repository: { default_branch: 'main' } },
  });
}
