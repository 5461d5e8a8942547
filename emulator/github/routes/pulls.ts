import { demand, visibleRepository } from '../access.ts';
import { numberIn, page, type Api, type ApiContext, type World } from '../api.ts';
import { notFound } from '../problem.ts';
import { presentFile, presentPull } from '../present/pull.ts';
import type { Pull, Repository, Thread } from '../state.ts';

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

/** A thread that is a pull request. */
export type PullThread = Thread & { readonly pull: Pull };

/** The pull request in the path, for a caller who may read it. */
export function openPull(c: ApiContext, world: World): { repository: Repository; thread: PullThread } {
  const repository = visibleRepository(c, world);
  demand(c, world, repository, READ);
  const thread = repository.threads.get(numberIn(c, 'number'));
  if (!thread || !isPull(thread)) throw notFound();
  return { repository, thread };
}

function isPull(thread: Thread): thread is PullThread {
  return thread.pull !== undefined;
}
