import { demand, loginOf, visibleRepository } from '../access.ts';
import { numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { changedFiles } from '../changed-files.ts';
import { invalid, notFound } from '../problem.ts';
import { presentFile, presentPull } from '../present/pull.ts';
import { addThread } from '../seed.ts';
import { repositoryKey, type Pull, type PullSide, type PullThread, type Repository } from '../state.ts';
import { announceOpened, isPull } from '../webhooks/announce.ts';
import { changeThread, demandAuthorship } from './issues.ts';

const READ = { role: 'read', permissions: ['pull_requests=read'] } as const;

export function servePulls(api: Api, world: World): void {
  api.get('/repos/:owner/:repo/pulls', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, READ);
    const state = c.req.query('state') ?? 'open';
    const head = c.req.query('head');
    const base = c.req.query('base');
    const found = [...repository.threads.values()]
      .filter(isPull)
      .filter((thread) => state === 'all' || thread.state === state)
      .filter(({ pull }) => base === undefined || pull.base.ref === base)
      .filter(({ pull }) => head === undefined || `${pull.head.repository.split('/')[0]}:${pull.head.ref}` === head)
      .sort((a, b) => b.number - a.number);
    return c.json(page(c, found).map((thread) => presentPull(world, repository, thread)));
  });
  api.post('/repos/:owner/:repo/pulls', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'read', permissions: ['pull_requests=write'] });
    const thread = openNewPull(c, world, repository);
    announceOpened(world, { repository, thread, sender: thread.author });
    return c.json(presentPull(world, repository, thread), 201);
  });
  api.patch('/repos/:owner/:repo/pulls/:number', (c) => {
    const { repository, thread } = openPull(c, world);
    demand(c, world, repository, { role: 'read', permissions: ['pull_requests=write'] });
    demandAuthorship(c, world, { repository, thread });
    changeThread(c, world, { repository, thread });
    return c.json(presentPull(world, repository, thread));
  });
  api.get('/repos/:owner/:repo/pulls/:number', (c) => {
    const { repository, thread } = openPull(c, world);
    return c.json(presentPull(world, repository, thread));
  });
  api.get('/repos/:owner/:repo/pulls/:number/files', (c) => {
    const { repository, thread } = openPull(c, world);
    const { pull } = thread;
    return c.json(page(c, pull.files).map((file) => presentFile(world, repository, { pull, file })));
  });
}

/** The pull request in the path, for a caller who may read it. */
export function openPull(c: ApiContext, world: World): { repository: Repository; thread: PullThread } {
  const repository = visibleRepository(c, world);
  demand(c, world, repository, READ);
  const thread = repository.threads.get(numberIn(c, 'number'));
  if (!thread || !isPull(thread)) throw notFound();
  return { repository, thread };
}

function openNewPull(c: ApiContext, world: World, repository: Repository): PullThread {
  const body = c.get('body');
  const here = `${repository.owner}/${repository.name}`;
  // `branch`, or `owner:branch` for the repository of the same name in another account.
  const [branch = '', owner = repository.owner] = (textIn(body, 'head') ?? '').split(':').toReversed();
  const from = world.state.repositories.get(repositoryKey(owner, textIn(body, 'head_repo') ?? repository.name));
  const base = repository.branches.get(textIn(body, 'base') ?? '');
  const head = from?.branches.get(branch);
  if (!base) throw invalid([{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
  if (!from || !head) throw invalid([{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
  const sides = {
    head: { ref: branch, sha: head.sha, repository: `${from.owner}/${from.name}` },
    base: { ref: textIn(body, 'base') ?? '', sha: base.sha, repository: here },
  };
  const problem = base.sha === head.sha ? 'No commits between the two' : rivalOf(repository, sides);
  if (problem !== undefined) throw invalid([{ resource: 'PullRequest', code: 'custom', message: problem }]);
  const text = textIn(body, 'body');
  const pull = {
    ...sides,
    draft: body.draft === true,
    files: changedFiles(base.files, head.files),
    reviews: [],
    comments: [],
  };
  const title = textIn(body, 'title') ?? '';
  const seed = { title, author: loginOf(c.get('actor')), ...(text !== undefined && { body: text }) };
  return addThread(world.state, repository, { ...seed, pull });
}

/** Two open pull requests never have the same head and base. */
function rivalOf({ threads }: Repository, { head, base }: Pick<Pull, 'head' | 'base'>): string | undefined {
  const same = (a: PullSide, b: PullSide) =>
    a.ref === b.ref && a.repository.toLowerCase() === b.repository.toLowerCase();
  const rival = [...threads.values()].some(
    ({ state, pull }) => state === 'open' && pull && same(pull.head, head) && same(pull.base, base),
  );
  return rival ? `A pull request already exists for ${head.repository.split('/')[0]}:${head.ref}.` : undefined;
}
