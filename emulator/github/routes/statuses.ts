import { demand, loginOf, visibleRepository } from '../access.ts';
import { textIn, type Api, type World } from '../api.ts';
import { repositoryApiUrl } from '../present/repository.ts';
import { nodeId, presentUser } from '../present/user.ts';
import { timestamp } from '../state.ts';

/** Commit statuses are taken and forgotten: nothing reads them back; the recorded calls show them. */
export function serveStatuses(api: Api, world: World): void {
  api.post('/repos/:owner/:repo/statuses/:sha', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'write', permissions: ['statuses=write'] });
    const body = c.get('body');
    const id = world.state.nextId();
    const now = timestamp();
    const status = {
      url: `${repositoryApiUrl(world, repository)}/statuses/${c.req.param('sha')}`,
      avatar_url: null,
      id,
      node_id: nodeId('StatusContext', id),
      state: textIn(body, 'state'),
      description: textIn(body, 'description') ?? null,
      target_url: textIn(body, 'target_url') ?? null,
      context: textIn(body, 'context') ?? 'default',
      created_at: now,
      updated_at: now,
      creator: presentUser(world, loginOf(c.get('actor'))),
    };
    return c.json(status, 201);
  });
}
