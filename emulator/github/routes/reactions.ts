import { demand, loginOf, threadNeed, visibleRepository } from '../access.ts';
import { numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { notFound } from '../problem.ts';
import { nodeId, presentUser } from '../present/user.ts';
import { timestamp, type Reaction, type Repository, type Thread } from '../state.ts';
import { findComment } from './comments.ts';
import { openThread } from './issues.ts';

interface Target {
  readonly repository: Repository;
  readonly thread: Thread;
  readonly reactions: Reaction[];
}

export function serveReactions(api: Api, world: World): void {
  serveReactionsOf(api, world, '/repos/:owner/:repo/issues/comments/:id/reactions', (c) => {
    const { repository, thread, comment } = findComment(c, world);
    return { repository, thread, reactions: comment.reactions };
  });
  serveReactionsOf(api, world, '/repos/:owner/:repo/pulls/comments/:id/reactions', (c) => {
    const repository = visibleRepository(c, world);
    const id = numberIn(c, 'id');
    for (const thread of repository.threads.values()) {
      const comment = thread.pull?.comments.find((candidate) => candidate.id === id);
      if (comment) return { repository, thread, reactions: comment.reactions };
    }
    throw notFound();
  });
  serveReactionsOf(api, world, '/repos/:owner/:repo/issues/:number/reactions', (c) => {
    const { repository, thread } = openThread(c, world, 'read');
    return { repository, thread, reactions: thread.reactions };
  });
}

function serveReactionsOf(api: Api, world: World, path: string, find: (c: ApiContext) => Target): void {
  const present = (reaction: Reaction) => ({
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: presentUser(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  });
  api.get(path, (c) => c.json(page(c, find(c).reactions).map(present)));
  api.post(path, (c) => {
    const { repository, thread, reactions } = find(c);
    demand(c, world, repository, threadNeed(thread, 'write'));
    const user = loginOf(c.get('actor'));
    const content = textIn(c.get('body'), 'content') ?? '';
    const known = reactions.find((reaction) => reaction.content === content && reaction.user === user);
    // The same reaction twice is one reaction, and 200 says so.
    if (known) return c.json(present(known), 200);
    const reaction = { id: world.state.nextId(), content, user, createdAt: timestamp() };
    reactions.push(reaction);
    return c.json(present(reaction), 201);
  });
  api.delete(`${path}/:reaction`, (c) => {
    const { repository, thread, reactions } = find(c);
    demand(c, world, repository, threadNeed(thread, 'write'));
    const id = numberIn(c, 'reaction');
    const index = reactions.findIndex((reaction) => reaction.id === id);
    if (index < 0) throw notFound();
    reactions.splice(index, 1);
    return c.body(null, 204);
  });
}
