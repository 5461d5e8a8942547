import type { ApiContext, World } from './api.ts';
import { forbidden, notAccessible, notFound, Problem } from './problem.ts';
import { repositoryKey, ROLES, type Actor, type Repository, type Role, type State, type Thread } from './state.ts';

/** What a route asks of its caller. */
export interface Need {
  /** Role a person needs in the repository. */
  readonly role: Role;
  /** Permissions of which an installation needs one, as GitHub writes them, e.g. `issues=write`. */
  readonly permissions: readonly string[];
}

/** A person's role: owner, organization admin, collaborator, or what everybody has. */
export function roleOf(state: State, repository: Repository, login: string): Role {
  const key = login.toLowerCase();
  if (repository.owner.toLowerCase() === key) return 'admin';
  const organization = state.users.get(repository.owner.toLowerCase());
  if (organization?.members.get(key) === 'admin') return 'admin';
  return repository.collaborators.get(key) ?? (repository.private ? 'none' : 'read');
}

/** The repository in the path, when the caller may see it. */
export function visibleRepository(c: ApiContext, { state }: World): Repository {
  const repository = state.repositories.get(repositoryKey(c.req.param('owner') ?? '', c.req.param('repo') ?? ''));
  if (!repository || !canSee(state, c.get('actor'), repository)) throw notFound();
  return repository;
}

function canSee(state: State, actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  if (actor.kind === 'user') return roleOf(state, repository, actor.login) !== 'none';
  return actor.kind === 'installation' && reaches(actor, repository);
}

function reaches(actor: Extract<Actor, { kind: 'installation' }>, repository: Repository): boolean {
  return actor.repositories.has(repositoryKey(repository.owner, repository.name));
}

/** Refuses as GitHub does: 401 for nobody, 403 for a person without the role or an installation without the permission. */
export function demand(c: ApiContext, { state }: World, repository: Repository, need: Need): void {
  const actor = c.get('actor');
  const reading = need.role === 'read' && need.permissions.every((permission) => permission.endsWith('=read'));
  if (reading && !repository.private) return;
  if (actor.kind === 'anonymous') throw new Problem(401, { message: 'Requires authentication' });
  if (actor.kind === 'user') {
    const held = ROLES.indexOf(roleOf(state, repository, actor.login));
    if (held < ROLES.indexOf(need.role)) throw forbidden('Must have admin rights to Repository.');
    return;
  }
  if (actor.kind === 'app') throw notAccessible(need.permissions);
  const allowed = need.permissions.some((permission) => holds(actor, permission));
  if (!reaches(actor, repository) || !allowed) throw notAccessible(need.permissions);
}

function holds(actor: Extract<Actor, { kind: 'installation' }>, permission: string): boolean {
  const [name = '', level] = permission.split('=');
  if (name === 'metadata') return true;
  const held = actor.permissions[name];
  return held !== undefined && (level === 'read' || held !== 'read');
}

/** The need of a route on a thread: an issue's permission, or for a pull request either of the two. */
export function threadNeed(thread: Thread | undefined, level: 'read' | 'write', role: Role = 'read'): Need {
  const permissions = [`issues=${level}`, ...(thread === undefined || thread.pull ? [`pull_requests=${level}`] : [])];
  return { role, permissions };
}

/** Login of a caller who must be somebody: an app itself is not, only its installations are. */
export function loginOf(actor: Actor): string {
  if (actor.kind === 'anonymous') throw new Problem(401, { message: 'Requires authentication' });
  if (actor.kind === 'app') throw notAccessible();
  return actor.login;
}
