import { demand, loginOf, visibleRepository } from '../access.ts';
import { textIn, type Api, type World } from '../api.ts';
import { invalidRequest, notFound } from '../problem.ts';
import { repositoryApiUrl } from '../present/repository.ts';
import { nodeId } from '../present/user.ts';
import type { Repository } from '../state.ts';
import { announcePush } from '../webhooks/announce-push.ts';

/** Branches as git refs: to look one up, and to make one at the newest commit of another. */
export function serveRefs(api: Api, world: World): void {
  api.get('/repos/:owner/:repo/git/ref/:ref{.+}', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'read', permissions: ['contents=read'] });
    const name = c.req.param('ref').replace(/^heads\//, '');
    if (!repository.branches.has(name)) throw notFound();
    return c.json(presentRef(world, repository, name));
  });
  api.post('/repos/:owner/:repo/git/refs', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'write', permissions: ['contents=write'] });
    const { branches } = repository;
    const name = (textIn(c.get('body'), 'ref') ?? '').replace(/^refs\/heads\//, '');
    const sha = textIn(c.get('body'), 'sha') ?? '';
    const from = [...branches.values()].find((branch) => branch.sha === sha);
    if (branches.has(name)) throw invalidRequest(['Reference already exists']);
    if (!from) throw invalidRequest(['Object does not exist']);
    branches.set(name, { sha, files: new Map(from.files) });
    announcePush(world, { repository, sender: loginOf(c.get('actor')), branch: name, before: undefined, after: sha });
    return c.json(presentRef(world, repository, name), 201);
  });
}

/** GitHub's `git-ref`. */
function presentRef(world: World, repository: Repository, name: string) {
  const url = `${repositoryApiUrl(world, repository)}/git`;
  const sha = repository.branches.get(name)?.sha ?? '';
  return {
    ref: `refs/heads/${name}`,
    node_id: nodeId(`Ref-${name}-`, repository.id),
    url: `${url}/refs/heads/${name}`,
    object: { type: 'commit', sha, url: `${url}/commits/${sha}` },
  };
}
