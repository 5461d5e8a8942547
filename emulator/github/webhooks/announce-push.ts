import type { World } from '../api.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import { repositoryHtmlUrl } from '../present/repository.ts';
import type { Repository } from '../state.ts';

/** What a push moved, and the one commit it brought: none for a new branch at a known commit. */
export interface Push {
  readonly repository: Repository;
  readonly sender: string;
  readonly branch: string;
  /** Undefined for a new branch. */
  readonly before: string | undefined;
  readonly after: string;
  readonly commit?: {
    readonly message: string;
    readonly added: readonly string[];
    readonly modified: readonly string[];
  };
}

const NO_COMMIT = '0'.repeat(40);

export function announcePush(world: World, push: Push): void {
  const { repository, sender, branch, before = NO_COMMIT, after } = push;
  const url = repositoryHtmlUrl(world, repository);
  const commit = commitOf(push, url);
  const now = Math.floor(Date.now() / 1000);
  const fields = {
    ref: `refs/heads/${branch}`,
    before,
    after,
    base_ref: null,
    created: before === NO_COMMIT,
    deleted: false,
    forced: false,
    compare: `${url}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: commit ? [commit] : [],
    head_commit: commit ?? null,
    pusher: { name: sender, email: emailOf(sender) },
    // A push alone has these two as numbers.
    repository: { created_at: now, pushed_at: now },
  };
  world.hooks.announce({ event: 'push', repository, sender, fields });
}

function commitOf({ commit, after, sender }: Push, url: string): JsonObject | undefined {
  if (!commit) return undefined;
  const person = { name: sender, email: emailOf(sender), username: sender };
  return {
    id: after,
    tree_id: after,
    distinct: true,
    message: commit.message,
    timestamp: new Date().toISOString(),
    url: `${url}/commit/${after}`,
    author: person,
    committer: person,
    added: commit.added,
    modified: commit.modified,
    removed: [],
  };
}

function emailOf(login: string): string {
  return `${encodeURIComponent(login)}@users.noreply.github.com`;
}
