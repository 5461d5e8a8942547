import { demand, visibleRepository } from '../access.ts';
import { namesIn, numberIn, page, type Api, type ApiContext, type World } from '../api.ts';
import { blank } from '../contract/blank.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { forbidden, invalid, notFound, Problem } from '../problem.ts';
import { presentRepository } from '../present/repository.ts';
import { presentApp, presentUser } from '../present/user.ts';
import { issueToken, repositoryKey, type App, type Installation, type Permissions, type Repository } from '../state.ts';

/** An installation's token lives an hour. */
const TOKEN_LIFE_MS = 3_600_000;

export function serveApps(api: Api, world: World): void {
  const { state } = world;
  const installationsOf = (app: App) => [...state.installations.values()].filter((one) => one.app === app);
  api.get('/app', (c) => c.json(presentApp(world, appOf(c))));
  api.get('/app/installations', (c) => {
    const found = page(c, installationsOf(appOf(c)));
    return c.json(found.map((installation) => presentInstallation(world, installation)));
  });
  api.get('/repos/:owner/:repo/installation', (c) => {
    const key = repositoryKey(c.req.param('owner'), c.req.param('repo'));
    const found = installationsOf(appOf(c)).find((one) =>
      repositoriesOf(world, one).some((repo) => keyOf(repo) === key),
    );
    if (!found) throw notFound();
    return c.json(presentInstallation(world, found));
  });
  api.post('/app/installations/:id/access_tokens', (c) => {
    const app = appOf(c);
    const installation = state.installations.get(numberIn(c, 'id'));
    if (installation?.app !== app) throw notFound();
    return c.json(grant(world, installation, c.get('body')), 201);
  });
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
  const all = repositoriesOf(world, installation);
  const chosen = names ? all.filter((repository) => names.includes(repository.name)) : all;
  if (names && chosen.length < names.length) {
    throw invalid([{ resource: 'Installation', code: 'invalid', field: 'repositories' }]);
  }
  const permissions = narrowed(installation.app.permissions, body.permissions);
  const token = issueToken(world.state, 'ghs', {
    kind: 'installation',
    login: `${installation.app.slug}[bot]`,
    app: installation.app,
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

function appOf(c: ApiContext): App {
  const actor = c.get('actor');
  if (actor.kind !== 'app') throw new Problem(401, { message: 'A JSON web token could not be decoded' });
  return actor.app;
}

function installationActor(c: ApiContext) {
  const actor = c.get('actor');
  if (actor.kind !== 'installation') throw forbidden('You must authenticate with an installation access token.');
  return actor;
}

function repositoriesOf({ state }: World, { account, repositories }: Installation): readonly Repository[] {
  return [...state.repositories.values()].filter(
    ({ owner, name }) => owner.toLowerCase() === account.toLowerCase() && (repositories?.includes(name) ?? true),
  );
}

function keyOf({ owner, name }: Repository): string {
  return repositoryKey(owner, name);
}

function presentInstallation(world: World, { id, app, account, repositories }: Installation): JsonObject {
  const user = presentUser(world, account);
  return {
    ...blank('installation'),
    id,
    account: user,
    app_id: app.id,
    app_slug: app.slug,
    target_id: user.id,
    target_type: user.type,
    permissions: app.permissions,
    repository_selection: repositories ? 'selected' : 'all',
    access_tokens_url: `${world.apiUrl()}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.apiUrl()}/installation/repositories`,
    html_url: `${world.url()}/settings/installations/${id}`,
  };
}
