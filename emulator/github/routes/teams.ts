import type { Api, ApiContext, World } from '../api.ts';
import { presentTeam, teamUrl } from '../present/organization.ts';
import { notAccessible, notFound } from '../problem.ts';
import type { State, Team, User } from '../state.ts';

/** Teams are for members of the organization, and for apps with `members` that are installed there. */
export function serveTeams(api: Api, world: World): void {
  api.get('/orgs/:org/teams/:slug', (c) => {
    const { organization, team } = openTeam(c, world);
    return c.json(presentTeam(world, organization, team));
  });
  api.get('/orgs/:org/teams/:slug/memberships/:username', (c) => {
    const { organization, team } = openTeam(c, world);
    const login = c.req.param('username');
    if (!team.members.has(login.toLowerCase())) throw notFound();
    const url = `${teamUrl(world, organization, team)}/memberships/${login}`;
    return c.json({ url, role: 'member', state: 'active' });
  });
}

function openTeam(c: ApiContext, { state }: World): { organization: User; team: Team } {
  const organization = state.users.get(c.req.param('org')?.toLowerCase() ?? '');
  const team = organization?.teams.get(c.req.param('slug') ?? '');
  if (!mayAsk(c, state, organization)) throw notFound();
  if (!organization || !team) throw notFound();
  return { organization, team };
}

function mayAsk(c: ApiContext, state: State, organization: User | undefined): boolean {
  const actor = c.get('actor');
  if (actor.kind === 'user') return organization?.members.has(actor.login.toLowerCase()) === true;
  if (actor.kind !== 'installation') return false;
  if (actor.permissions['members'] === undefined) throw notAccessible(['members=read']);
  const login = organization?.login;
  return [...state.installations.values()].some(({ app, account }) => app === actor.app && account === login);
}
