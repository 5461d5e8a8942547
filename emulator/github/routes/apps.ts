import { demand, visibleRepository } from '../access.ts';
import { namesIn, numberIn, page, type Api, type ApiContext, type World } from '../api.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { forbidden, invalid, notFound, Problem } from '../problem.ts';
import { installationsOf, keyOf, repositoriesOf } from '../installed.ts';
import { presentInstallation } from '../present/installation.ts';
import { presentRepository } from '../present/repository.ts';
import { presentApp } from '../present/user.ts';
import { uninstall } from '../install.ts';
import { issueToken, repositoryKey, type App, type Installation, type Permissions } from '../state.ts';

/** An installation's token lives an hour. */
const TOKEN_LIFE_MS = 3_600_000;

export function serveApps(api: Api, world: World): void {
  const { state } = world;
  api.get('/app', (c) => c.json(presentApp(world, appOf(c))));
  api.get('/app/installations', (c) => {
    const found = page(c, installationsOf(state, appOf(c)));
    return c.json(found.map((installation) => presentInstallation(world, installation)));
  });
  api.get('/repos/:owner/:repo/installation', (c) => {
    const key = repositoryKey(c.req.param('owner'), c.req.param('repo'));
    const found = installationsOf(state, appOf(c)).find((one) =>
      repositoriesOf(state, one).some((repo) => keyOf(repo) === key),
    );
    if (!found) throw notFound();
    return c.json(presentInstallation(world, found));
  });
  for (const account of ['/orgs/:login/installation', '/users/:login/installation']) {
    api.get(account, (c) => {
      const login = c.req.param('login')?.toLowerCase();
      const found = installationsOf(state, appOf(c)).find((one) => one.account.toLowerCase() === login);
      if (!found) throw notFound();
      return c.json(presentInstallation(world, found));
    });
  }
  api.get('/app/installations/:id', (c) => c.json(presentInstallation(world, openInstallation(c, world))));
  api.delete('/app/installations/:id', (c) => {
    const installation = openInstallation(c, world);
    uninstall(world, installation, installation.account);
    return c.body(null, 204);
  });
  api.post('/app/installations/:id/access_tokens', (c) =>
    c.json(grant(world, openInstallation(c, world), c.get('body')), 201),
  );
  api.delete('/installation/token', (c) => {
    const token = (c.req.header('authorization') ?? '').replace(/^\w+\s+/, '');
    installationActor(c);
    state.tokens.delete(token);
    return c.body(null, 204);
  });
  api.get('/installation/repositories', (c) => {
    const { repositories } = installationActor(c);
    const found = [...state.repositories.values()].filter((repository) => repositories.has(keyOf(repository)));
    const shown = page(c, found).map((repository) => presentRepository(world, repository));
    return c.json({ total_count: found.length, repositories: shown });
  });
  api.post('/repos/:owner/:repo/dispatches', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'write', permissions: ['contents=write'] });
    return c.body(null, 204);
  });
}

/** A token that is the installation, or less: narrowed to some repositories and permissions, never widened. */
function grant(world: World, installation: Installation, body: JsonObject): JsonObject {
  const names = namesIn(body, 'repositories');
  const all = repositoriesOf(world.state, installation);
  const chosen = names ? all.filter((repository) => names.includes(repository.name)) : all;
  if (names && chosen.length < names.length) {
    throw invalid([{ resource: 'Installation', code: 'invalid', field: 'repositories' }]);
  }
  const permissions = narrowed(installation.app.permissions, body.permissions);
  const token = issueToken(world.state, 'ghs', {
    kind: 'installation',
    login: `${installation.app.slug}[bot]`,
    app: installation.app,
    installation: installation.id,
    permissions,
    repositories: new Set(chosen.map(keyOf)),
  });
  return {
    token,
    expires_at: new Date(Date.now() + TOKEN_LIFE_MS).toISOString(),
    permissions,
    repository_selection: names ? 'selected' : 'all',
    ...(names && { repositories: chosen.map((repository) => presentRepository(world, repository)) }),
  };
}

function narrowed(held: Permissions, asked: unknown): Permissions {
  if (!isObject(asked)) return held;
  const wanted = Object.entries(asked).map(([name, level]): [string, 'read' | 'write'] => {
    const granted = held[name];
    if (granted === undefined || (level === 'write' && granted === 'read')) {
      throw new Problem(422, { message: 'The permissions requested are not granted to this installation.' });
    }
    return [name, level === 'write' ? 'write' : 'read'];
  });
  return Object.fromEntries(wanted);
}

function openInstallation(c: ApiContext, { state }: World): Installation {
  const app = appOf(c);
  const installation = state.installations.get(numberIn(c, 'id'));
  if (installation?.app !== app) throw notFound();
  return installation;
}

/** The app, when it is the caller by its JSON Web Token. */
export function appOf(c: ApiContext): App {
  const actor = c.get('actor');
  if (actor.kind !== 'app') throw new Problem(401, { message: 'A JSON web token could not be decoded' });
  return actor.app;
}

function installationActor(c: ApiContext) {
  const actor = c.get('actor');
  if (actor.kind !== 'installation') throw forbidden('You must authenticate with an installation access token.');
  return actor;
}
