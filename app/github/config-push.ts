import { z } from 'zod';
import { CONFIG_PATH } from '../../shared/domain/config/load-config.ts';
import type { RepositoryName } from '../../shared/model/thread.ts';
import { envelope, type Delivery } from './payload.ts';

const paths = z.array(z.string()).default([]);
const pushed = envelope.extend({
  ref: z.string(),
  forced: z.boolean().default(false),
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
});

/** The repository whose config a `push` may have changed; undefined when it cannot have. */
export function changedConfigOf({ payload }: Delivery): RepositoryName | undefined {
  const { ref, forced, commits, repository } = pushed.parse(payload);
  if (ref !== `refs/heads/${repository.default_branch}`) return undefined;
  const touches = commits.some((commit) =>
    [...commit.added, ...commit.modified, ...commit.removed].includes(CONFIG_PATH),
  );
  // What a forced push took away is in no commit.
  return touches || forced ? { owner: repository.owner.login, repo: repository.name } : undefined;
}
