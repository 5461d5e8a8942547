import { loginOf } from '../access.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { textIn, type Api, type ApiContext, type World } from '../api.ts';
import { notAccessible, notFound } from '../problem.ts';
import { nodeId, presentUser, presentViewer } from '../present/user.ts';
import { ensureUser, type State } from '../state.ts';

export function serveUsers(api: Api, world: World): void {
  api.get('/user', (c) => {
    const actor = c.get('actor');
    const login = loginOf(actor);
    if (actor.kind === 'installation') throw notAccessible();
    return c.json(presentViewer(world, login));
  });
  api.get('/users/:username', (c) => {
    const user = world.state.users.get(c.req.param('username').toLowerCase());
    if (!user) throw notFound();
    return c.json(presentViewer(world, user.login));
  });
  api.get('/rate_limit', (c) => {
    const limit = { limit: 5000, remaining: 4999, reset: Math.floor(Date.now() / 1000) + 3600, used: 1 };
    return c.json({ resources: { core: limit, search: limit, graphql: limit }, rate: limit });
  });
}

/**
 * The two GraphQL operations we know: `viewer { … }`, which (unlike `GET /user`) also answers installations, and
 * `minimizeComment`. Found by name, not parsed; all other queries are answered with an error, status 200 as on GitHub.
 */
export function answerGraphql(c: ApiContext, world: World): JsonObject {
  const body = c.get('body');
  const query = textIn(body, 'query') ?? '';
  const login = loginOf(c.get('actor'));
  if (query.includes('minimizeComment')) {
    const variables = isObject(body.variables) ? Object.values(body.variables) : [];
    const minimized = minimize(world.state, variables);
    return minimized
      ? { data: { minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'outdated' } } } }
      : {
          data: null,
          errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to a node with the global id given.' }],
        };
  }
  const selection = /\bviewer\s*\{([^{}]*)\}/.exec(query)?.[1];
  if (selection === undefined) {
    return {
      errors: [{ type: 'undefinedField', message: `The emulator does not know this query: ${query.slice(0, 80)}` }],
    };
  }
  const user = ensureUser(world.state, login);
  const fields: JsonObject = {
    ...presentUser(world, login),
    id: nodeId('User', user.id),
    databaseId: user.id,
    __typename: user.type,
  };
  const names = selection.split(/[\s,]+/).filter(Boolean);
  return { data: { viewer: Object.fromEntries(names.map((name) => [name, fields[name] ?? null])) } };
}

function minimize(state: State, ids: readonly unknown[]): boolean {
  for (const repository of state.repositories.values()) {
    for (const comment of [...repository.threads.values()].flatMap((thread) => thread.comments)) {
      if (!ids.includes(nodeId('IssueComment', comment.id))) continue;
      comment.minimized = true;
      return true;
    }
  }
  return false;
}
