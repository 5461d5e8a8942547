import type { World } from '../api.ts';
import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { Installation } from '../state.ts';
import { presentUser } from './user.ts';

/** GitHub's `installation`. */
export function presentInstallation(world: World, { id, app, account, repositories }: Installation): JsonObject {
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
    events: app.hook?.events ?? [],
    repository_selection: repositories ? 'selected' : 'all',
    access_tokens_url: `${world.apiUrl()}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.apiUrl()}/installation/repositories`,
    html_url: `${world.url()}/settings/installations/${id}`,
  };
}
