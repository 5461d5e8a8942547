import type { World } from '../api.ts';
import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { Team, User } from '../state.ts';
import { nodeId } from './user.ts';

/** GitHub's `organization-simple`, as it stands in payloads. */
export function presentOrganization(world: World, { id, login }: User): JsonObject {
  const url = `${world.apiUrl()}/orgs/${login}`;
  return {
    ...blank('organization-simple-webhooks'),
    id,
    login,
    node_id: nodeId('Organization', id),
    url,
    repos_url: `${url}/repos`,
    avatar_url: `${world.url()}/avatars/${id}`,
    description: null,
  };
}

/** GitHub's `team-full`. */
export function presentTeam(world: World, organization: User, team: Team): JsonObject {
  return {
    ...blank('team-full'),
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.slug,
    slug: team.slug,
    url: teamUrl(world, organization, team),
    html_url: `${world.url()}/orgs/${organization.login}/teams/${team.slug}`,
    members_count: team.members.size,
  };
}

export function teamUrl(world: World, { login }: User, { slug }: Team): string {
  return `${world.apiUrl()}/orgs/${login}/teams/${slug}`;
}
