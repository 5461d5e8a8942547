import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { World } from '../api.ts';
import { roleOf } from '../access.ts';
import type { Comment, Reaction, Repository, Thread } from '../state.ts';
import { presentLabel, repositoryApiUrl, repositoryHtmlUrl } from './repository.ts';
import { nodeId, presentApp, presentUser } from './user.ts';

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

/** GitHub's `issue`; of a pull request with the `pull_request` links by which clients tell the two apart. */
export function presentIssue(world: World, repository: Repository, thread: Thread): JsonObject {
  const repositoryUrl = repositoryApiUrl(world, repository);
  const url = `${repositoryUrl}/issues/${thread.number}`;
  return {
    ...blank('issue'),
    ...presentThread(world, repository, thread),
    url,
    repository_url: repositoryUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    state_reason: thread.stateReason,
    comments: thread.comments.length,
    reactions: presentReactions(url, thread.reactions),
    performed_via_github_app: appOf(world, thread.author),
    ...(thread.pull && { pull_request: { ...pullLinks(world, repository, thread.number), merged_at: null } }),
  };
}

/** What an issue and a pull request both show. */
export function presentThread(world: World, repository: Repository, thread: Thread): JsonObject {
  const kind = thread.pull ? 'pull' : 'issues';
  return {
    id: thread.id,
    node_id: nodeId(thread.pull ? 'PullRequest' : 'Issue', thread.id),
    number: thread.number,
    title: thread.title,
    body: thread.body,
    user: presentUser(world, thread.author),
    state: thread.state,
    locked: false,
    labels: thread.labels.flatMap((name) => {
      const label = repository.labels.get(name.toLowerCase());
      return label ? [presentLabel(world, repository, label)] : [];
    }),
    assignee: thread.assignees[0] === undefined ? null : presentUser(world, thread.assignees[0]),
    assignees: thread.assignees.map((login) => presentUser(world, login)),
    html_url: `${repositoryHtmlUrl(world, repository)}/${kind}/${thread.number}`,
    created_at: thread.createdAt,
    updated_at: thread.updatedAt,
    closed_at: thread.state === 'closed' ? thread.updatedAt : null,
    author_association: association(world, repository, thread.author),
  };
}

export function pullLinks(world: World, repository: Repository, number: number): JsonObject {
  const html = `${repositoryHtmlUrl(world, repository)}/pull/${number}`;
  return {
    url: `${repositoryApiUrl(world, repository)}/pulls/${number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
  };
}

/** GitHub's `issue-comment`. */
export function presentComment(
  world: World,
  repository: Repository,
  { thread, comment }: { thread: Thread; comment: Comment },
): JsonObject {
  const repositoryUrl = repositoryApiUrl(world, repository);
  const url = `${repositoryUrl}/issues/comments/${comment.id}`;
  const kind = thread.pull ? 'pull' : 'issues';
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url,
    html_url: `${repositoryHtmlUrl(world, repository)}/${kind}/${thread.number}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl}/issues/${thread.number}`,
    user: presentUser(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(world, repository, comment.author),
    body: comment.body,
    reactions: presentReactions(url, comment.reactions),
    performed_via_github_app: appOf(world, comment.author),
  };
}

export function presentReactions(url: string, reactions: readonly Reaction[]): JsonObject {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(REACTIONS.map((content) => [content, count(content)])),
  };
}

function appOf(world: World, login: string): JsonObject | null {
  const app = login.endsWith('[bot]') ? world.state.apps.get(login.slice(0, -'[bot]'.length)) : undefined;
  return app ? presentApp(world, app) : null;
}

/** How an author stands to the repository; it proves nothing about permissions, as on GitHub. */
export function association(world: World, repository: Repository, login: string): string {
  const key = login.toLowerCase();
  if (repository.owner.toLowerCase() === key) return 'OWNER';
  if (world.state.users.get(repository.owner.toLowerCase())?.members.has(key)) return 'MEMBER';
  if (repository.collaborators.has(key)) return 'COLLABORATOR';
  return roleOf(world.state, repository, login) === 'admin' ? 'MEMBER' : 'NONE';
}
