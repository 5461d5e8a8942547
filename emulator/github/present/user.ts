import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { World } from '../api.ts';
import { ensureUser, type App, type User } from '../state.ts';

/** Base64 of kind and number, as GitHub's older node ids are. */
export function nodeId(kind: string, id: number): string {
  return Buffer.from(`0${kind.length}:${kind}${id}`).toString('base64');
}

/** GitHub's `simple-user`. */
export function presentUser(world: World, login: string): JsonObject {
  const user = ensureUser(world.state, login);
  const self = `${world.apiUrl()}/users/${encodeURIComponent(user.login)}`;
  return { ...blank('simple-user'), ...identity(user, self), html_url: htmlUrl(world, user) };
}

/** What `GET /user` says of the caller. */
export function presentViewer(world: World, login: string): JsonObject {
  const user = ensureUser(world.state, login);
  const self = `${world.apiUrl()}/users/${user.login}`;
  return { ...blank('public-user'), ...identity(user, self), html_url: htmlUrl(world, user), user_view_type: 'public' };
}

export function presentApp(world: World, app: App): JsonObject {
  return {
    ...blank('nullable-integration'),
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    name: app.name,
    owner: presentUser(world, 'github'),
    html_url: `${world.url()}/apps/${app.slug}`,
    permissions: app.permissions,
    events: [...(app.hook?.events ?? [])],
  };
}

function identity(user: User, url: string): JsonObject {
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    type: user.type,
    site_admin: false,
    // Always empty by now; null, as the description allows in answers, is not allowed in payloads.
    gravatar_id: '',
    url,
    repos_url: `${url}/repos`,
    organizations_url: `${url}/orgs`,
  };
}

/** Bots live under /apps, without their suffix. */
function htmlUrl(world: World, user: User): string {
  const path = user.type === 'Bot' ? `apps/${user.login.replace(/\[bot\]$/, '')}` : user.login;
  return `${world.url()}/${path}`;
}
