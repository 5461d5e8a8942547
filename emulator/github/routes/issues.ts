import { demand, loginOf, roleOf, threadNeed, visibleRepository } from '../access.ts';
import { namesIn, numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { forbidden, notFound } from '../problem.ts';
import { presentLabel } from '../present/repository.ts';
import { presentIssue } from '../present/thread.ts';
import { addLabel, addThread } from '../seed.ts';
import { ROLES, timestamp, type Repository, type Thread } from '../state.ts';
import { announceChanges, announceOpened } from '../webhooks/announce.ts';

export function serveIssues(api: Api, world: World): void {
  api.get('/repos/:owner/:repo/issues', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, threadNeed(undefined, 'read'));
    const found = page(c, filtered(c, repository));
    return c.json(found.map((thread) => presentIssue(world, repository, thread)));
  });
  api.post('/repos/:owner/:repo/issues', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'read', permissions: ['issues=write'] });
    const body = c.get('body');
    const text = textIn(body, 'body');
    const thread = addThread(world.state, repository, {
      title: textIn(body, 'title') ?? '',
      author: loginOf(c.get('actor')),
      ...(text !== undefined && { body: text }),
      // Labels of who may not set any are dropped without a word.
      labels: maySetLabels(c, world, repository) ? (namesIn(body, 'labels') ?? []) : [],
    });
    announceOpened(world, { repository, thread, sender: thread.author });
    return c.json(presentIssue(world, repository, thread), 201);
  });
  api.get('/repos/:owner/:repo/issues/:number', (c) => {
    const { repository, thread } = openThread(c, world, 'read');
    return c.json(presentIssue(world, repository, thread));
  });
  api.patch('/repos/:owner/:repo/issues/:number', (c) => {
    const { repository, thread } = openThread(c, world, 'write');
    demandAuthorship(c, world, { repository, thread });
    changeThread(c, world, { repository, thread });
    return c.json(presentIssue(world, repository, thread));
  });
  serveThreadLabels(api, world);
}

function serveThreadLabels(api: Api, world: World): void {
  const path = '/repos/:owner/:repo/issues/:number/labels';
  const listed = (repository: Repository, thread: Thread) =>
    thread.labels.flatMap((name) => {
      const label = repository.labels.get(name.toLowerCase());
      return label ? [presentLabel(world, repository, label)] : [];
    });
  api.get(path, (c) => {
    const { repository, thread } = openThread(c, world, 'read');
    return c.json(page(c, listed(repository, thread)));
  });
  api.post(path, (c) => {
    const { repository, thread } = openThread(c, world, 'write', 'triage');
    const added = (namesIn(c.get('body'), 'labels') ?? []).map(
      (name) => addLabel(world.state, repository, { name }).name,
    );
    const before = { ...thread };
    thread.labels = [...new Set([...thread.labels, ...added])];
    thread.updatedAt = timestamp();
    announceChanges(world, { repository, thread, sender: loginOf(c.get('actor')) }, before);
    return c.json(listed(repository, thread));
  });
  api.delete(`${path}/:name`, (c) => {
    const { repository, thread } = openThread(c, world, 'write', 'triage');
    const name = c.req.param('name').toLowerCase();
    if (!thread.labels.some((label) => label.toLowerCase() === name)) throw notFound();
    const before = { ...thread };
    thread.labels = thread.labels.filter((label) => label.toLowerCase() !== name);
    thread.updatedAt = timestamp();
    announceChanges(world, { repository, thread, sender: loginOf(c.get('actor')) }, before);
    return c.json(listed(repository, thread));
  });
}

/** The thread in the path, for a caller who may read it, or write in it. */
export function openThread(
  c: ApiContext,
  world: World,
  level: 'read' | 'write',
  role: 'read' | 'triage' = 'read',
): { repository: Repository; thread: Thread } {
  const repository = visibleRepository(c, world);
  const thread = repository.threads.get(numberIn(c, 'number'));
  demand(c, world, repository, threadNeed(thread, level, role));
  if (!thread) throw notFound();
  return { repository, thread };
}

/** One's own thread, or the triage role. */
export function demandAuthorship(
  c: ApiContext,
  world: World,
  { repository, thread }: { repository: Repository; thread: Thread },
): void {
  const actor = c.get('actor');
  if (actor.kind === 'user' && actor.login !== thread.author && !maySetLabels(c, world, repository)) {
    throw forbidden('Must have admin rights to Repository.');
  }
}

function maySetLabels(c: ApiContext, world: World, repository: Repository): boolean {
  const actor = c.get('actor');
  if (actor.kind !== 'user') return true;
  return ROLES.indexOf(roleOf(world.state, repository, actor.login)) >= ROLES.indexOf('triage');
}

/** Newest first and open ones only by default; pull requests are among them, as on GitHub. */
function filtered(c: ApiContext, repository: Repository): readonly Thread[] {
  const state = c.req.query('state') ?? 'open';
  const labels = (c.req.query('labels') ?? '').split(',').filter(Boolean);
  const creator = c.req.query('creator')?.toLowerCase();
  const has = (thread: Thread, label: string) => thread.labels.some((one) => one.toLowerCase() === label.toLowerCase());
  const matching = [...repository.threads.values()]
    .filter((thread) => state === 'all' || thread.state === state)
    .filter((thread) => labels.every((label) => has(thread, label)))
    .filter((thread) => creator === undefined || thread.author.toLowerCase() === creator)
    .sort((a, b) => b.number - a.number);
  return c.req.query('direction') === 'asc' ? matching.toReversed() : matching;
}

/** What `PATCH` on an issue or a pull request changes, and its events. */
export function changeThread(
  c: ApiContext,
  world: World,
  { repository, thread }: { repository: Repository; thread: Thread },
): void {
  const body = c.get('body');
  const before = { ...thread };
  const labels = namesIn(body, 'labels');
  const state = textIn(body, 'state');
  thread.title = textIn(body, 'title') ?? thread.title;
  thread.body = textIn(body, 'body') ?? thread.body;
  thread.assignees = [...(namesIn(body, 'assignees') ?? thread.assignees)];
  if (labels) thread.labels = labels.map((name) => addLabel(world.state, repository, { name }).name);
  if (state === 'open' || state === 'closed') {
    thread.state = state;
    thread.stateReason = textIn(body, 'state_reason') ?? (state === 'closed' ? 'completed' : 'reopened');
  }
  thread.updatedAt = timestamp();
  announceChanges(world, { repository, thread, sender: loginOf(c.get('actor')) }, before);
}
