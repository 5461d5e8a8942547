import { demand, loginOf, roleOf, threadNeed, visibleRepository } from '../access.ts';
import { numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { forbidden, notFound } from '../problem.ts';
import { presentComment } from '../present/thread.ts';
import { ROLES, timestamp, type Comment, type Repository, type Thread } from '../state.ts';
import { announceComment } from '../webhooks/announce.ts';
import { openThread } from './issues.ts';

export function serveComments(api: Api, world: World): void {
  const ofThread = '/repos/:owner/:repo/issues/:number/comments';
  const one = '/repos/:owner/:repo/issues/comments/:id';
  api.get(ofThread, (c) => {
    const { repository, thread } = openThread(c, world, 'read');
    const since = Date.parse(c.req.query('since') ?? '');
    const recent = thread.comments.filter((comment) => !(Date.parse(comment.updatedAt) < since));
    return c.json(page(c, recent).map((comment) => presentComment(world, repository, { thread, comment })));
  });
  api.post(ofThread, (c) => {
    const { repository, thread } = openThread(c, world, 'write');
    const now = timestamp();
    const comment: Comment = {
      id: world.state.nextId(),
      author: loginOf(c.get('actor')),
      createdAt: now,
      updatedAt: now,
      reactions: [],
      body: textIn(c.get('body'), 'body') ?? '',
      minimized: false,
    };
    thread.comments.push(comment);
    thread.updatedAt = now;
    announceComment(world, { repository, thread, comment, sender: comment.author }, { action: 'created' });
    const created = presentComment(world, repository, { thread, comment });
    return c.json(created, 201, { location: String(created.url) });
  });
  api.get(one, (c) => {
    const found = openComment(c, world, 'read');
    return c.json(presentComment(world, found.repository, found));
  });
  api.patch(one, (c) => {
    const { repository, thread, comment } = openComment(c, world, 'write');
    const from = comment.body;
    comment.body = textIn(c.get('body'), 'body') ?? from;
    comment.updatedAt = timestamp();
    const sender = loginOf(c.get('actor'));
    announceComment(world, { repository, thread, comment, sender }, { action: 'edited', changes: { body: { from } } });
    return c.json(presentComment(world, repository, { thread, comment }));
  });
  api.delete(one, (c) => {
    const { repository, thread, comment } = openComment(c, world, 'write');
    thread.comments.splice(thread.comments.indexOf(comment), 1);
    const sender = loginOf(c.get('actor'));
    announceComment(world, { repository, thread, comment, sender }, { action: 'deleted' });
    return c.body(null, 204);
  });
}

/** The comment in the path. Writing takes its author, or who may write in the repository. */
export function openComment(
  c: ApiContext,
  world: World,
  level: 'read' | 'write',
): { repository: Repository; thread: Thread; comment: Comment } {
  const { repository, ...found } = findComment(c, world);
  demand(c, world, repository, threadNeed(found.thread, level));
  const actor = c.get('actor');
  if (level === 'write' && actor.kind === 'user' && actor.login !== found.comment.author) {
    const held = ROLES.indexOf(roleOf(world.state, repository, actor.login));
    if (held < ROLES.indexOf('write')) throw forbidden('Must have admin rights to Repository.');
  }
  return { repository, ...found };
}

export function findComment(c: ApiContext, world: World): { repository: Repository; thread: Thread; comment: Comment } {
  const repository = visibleRepository(c, world);
  const id = numberIn(c, 'id');
  for (const thread of repository.threads.values()) {
    const comment = thread.comments.find((candidate) => candidate.id === id);
    if (comment) return { repository, thread, comment };
  }
  throw notFound();
}
