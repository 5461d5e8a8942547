import { ForgeError } from '../ports/forge-error.ts';
import type { PermissionsPort } from '../ports/forge.ts';
import { isActiveMembership, roleFrom } from './rows.ts';
import { repositoryPath, type Send } from './send.ts';

/**
 * Who may do what, over REST. Roles need `metadata: read`, which every App has; teams need the organization permission
 * `members: read`.
 *
 * GitHub answers 404 both for "no such person" and for "not for your eyes". Only the first is an answer: it counts when
 * what surrounds it can be read with the same token, and else the question is open and rejects.
 */
export function permissionsOver(send: Send): PermissionsPort {
  return {
    async roleOf(repository, login) {
      const path = `${repositoryPath(repository)}/collaborators/${encodeURIComponent(login)}/permission`;
      const none = { role: 'none', permission: 'none' };
      return answerOrAbsence(send('GET', path, {}, roleFrom), none, () => readable(send, repositoryPath(repository)));
    },
    async isTeamMember(org, teamSlug, login) {
      const team = `/orgs/${encodeURIComponent(org)}/teams/${encodeURIComponent(teamSlug)}`;
      const membership = send('GET', `${team}/memberships/${encodeURIComponent(login)}`, {}, isActiveMembership);
      return answerOrAbsence(membership, false, () => readable(send, team));
    },
  };
}

/** The answer; or `absence` for a 404 that `confirm` does not reject. */
async function answerOrAbsence<T>(answer: Promise<T>, absence: T, confirm: () => Promise<void>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ForgeError && error.status === 404)) throw error;
    await confirm();
    return absence;
  }
}

async function readable(send: Send, path: string): Promise<void> {
  await send('GET', path, {}, () => undefined);
}
