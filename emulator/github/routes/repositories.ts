import { demand, loginOf, roleOf, visibleRepository } from '../access.ts';
import { page, textIn, type Api, type World } from '../api.ts';
import { invalid, Problem } from '../problem.ts';
import { presentLabel, presentRepository } from '../present/repository.ts';
import { presentUser } from '../present/user.ts';
import { addLabel } from '../seed.ts';
import { repositoryKey, type Role } from '../state.ts';

/** `permission` knows four levels; the finer `role_name` stands beside it. */
const LEGACY_PERMISSION: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

export function serveRepositories(api: Api, world: World): void {
  api.get('/repos/:owner/:repo', (c) => c.json(presentRepository(world, visibleRepository(c, world))));
  api.delete('/repos/:owner/:repo', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'admin', permissions: ['administration=write'] });
    const sender = loginOf(c.get('actor'));
    world.hooks.announce({ event: 'repository', action: 'deleted', repository, sender, fields: {} });
    world.state.repositories.delete(repositoryKey(repository.owner, repository.name));
    return c.body(null, 204);
  });
  api.get('/repos/:owner/:repo/collaborators/:username/permission', (c) => {
    const repository = visibleRepository(c, world);
    // Asking takes push access; an installation needs metadata, which every one has.
    demand(c, world, repository, { role: 'write', permissions: ['metadata=read'] });
    const user = world.state.users.get(c.req.param('username').toLowerCase());
    if (!user) throw new Problem(404, { message: `${c.req.param('username')} is not a user` });
    const role = roleOf(world.state, repository, user.login);
    const name = repository.customRoles.get(user.login.toLowerCase()) ?? role;
    const shown = { ...presentUser(world, user.login), role_name: name };
    return c.json({ permission: LEGACY_PERMISSION[role], role_name: name, user: shown });
  });
  api.get('/repos/:owner/:repo/labels', (c) => {
    const repository = visibleRepository(c, world);
    const labels = page(c, [...repository.labels.values()]);
    return c.json(labels.map((label) => presentLabel(world, repository, label)));
  });
  api.post('/repos/:owner/:repo/labels', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'write', permissions: ['issues=write', 'pull_requests=write'] });
    const body = c.get('body');
    const name = textIn(body, 'name') ?? '';
    if (repository.labels.has(name.toLowerCase())) {
      throw invalid([{ resource: 'Label', code: 'already_exists', field: 'name' }]);
    }
    const color = textIn(body, 'color');
    const label = addLabel(world.state, repository, { name, ...(color !== undefined && { color }) });
    return c.json(presentLabel(world, repository, label), 201);
  });
}
