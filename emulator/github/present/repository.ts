import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { World } from '../api.ts';
import type { Label, Repository } from '../state.ts';
import { nodeId, presentUser } from './user.ts';

export function repositoryApiUrl(world: World, { owner, name }: Repository): string {
  return `${world.apiUrl()}/repos/${owner}/${name}`;
}

export function repositoryHtmlUrl(world: World, { owner, name }: Repository): string {
  return `${world.url()}/${owner}/${name}`;
}

/** GitHub's `full-repository`; also stands where a pull request names its two repositories. */
export function presentRepository(world: World, repository: Repository): JsonObject {
  const url = repositoryApiUrl(world, repository);
  const html = repositoryHtmlUrl(world, repository);
  const openIssues = [...repository.threads.values()].filter((thread) => thread.state === 'open').length;
  return {
    ...blank('full-repository'),
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    owner: presentUser(world, repository.owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    default_branch: repository.defaultBranch,
    has_issues: true,
    has_downloads: true,
    open_issues: openIssues,
    open_issues_count: openIssues,
    url,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    html_url: html,
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^https?:/, 'git:')}.git`,
    topics: [],
  };
}

export function presentLabel(world: World, repository: Repository, label: Label): JsonObject {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryApiUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}
