import type { RepositoryName } from '../../model/thread.ts';
import { ForgeError } from '../../ports/forge-error.ts';
import type { PermissionsPort } from '../../ports/forge.ts';

/** People of one prompt that GitHub is asked about; a long thread must not use up the installation's requests. */
export const MAX_AUTHORS_ASKED = 10;

/**
 * What each author may do on the repository, in words for the prompt: GitHub's name of the role, each asked for once.
 * `unknown` when GitHub did not say, or there is nobody to ask about; `not asked` for those past the limit, and for all
 * that come after a question that failed. Nothing is guessed from what a payload claims.
 *
 * @param known roles that were asked for already, by login.
 * @param logins those that matter most first; '' is a ghost.
 */
export async function authorPermissions(
  forge: Pick<PermissionsPort, 'roleOf'>,
  { repository, known: before }: { readonly repository: RepositoryName; readonly known: ReadonlyMap<string, string> },
  logins: readonly string[],
): Promise<(login: string) => string> {
  const known = new Map([['', 'unknown']]);
  for (const [login, role] of before) known.set(keyOf(login), role);
  let left = MAX_AUTHORS_ASKED;
  for (const login of logins) {
    if (left === 0) break;
    if (known.has(keyOf(login))) continue;
    left -= 1;
    const role = await roleOrUnknown(forge, repository, login);
    known.set(keyOf(login), role);
    // What keeps GitHub from answering once would be waited out for each of them.
    if (role === 'unknown') break;
  }
  return (login) => known.get(keyOf(login)) ?? 'not asked';
}

async function roleOrUnknown(
  forge: Pick<PermissionsPort, 'roleOf'>,
  repository: RepositoryName,
  login: string,
): Promise<string> {
  try {
    return (await forge.roleOf(repository, login)).role;
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    return 'unknown';
  }
}

/** GitHub ignores case. */
function keyOf(login: string): string {
  return login.toLowerCase();
}
