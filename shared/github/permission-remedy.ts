import type { Refusal } from './failure.ts';

/** Who holds the permissions: a workflow's job, whose author writes them down, or the App, whose owner grants them. */
export type Holder = 'job' | 'app';

/** The permissions of which a call to this path needs one, when GitHub does not name them itself. The first match counts. */
const PERMISSIONS_BY_PATH: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/orgs\/[^/]+\/teams\//, ['members']],
  [/\/collaborators\//, ['metadata']],
  [/\/issues(\/|$)/, ['issues', 'pull-requests']],
  [/\/pulls(\/|$)/, ['pull-requests']],
  [/\/check-runs(\/|$)/, ['checks']],
  [/\/contents(\/|$)/, ['contents']],
];

/**
 * What can be done about a refusal, as one or two sentences; '' when it is not about a permission. GitHub answers 403
 * when the token lacks one, and 404 on a write when it may not even see the repository.
 */
export function permissionRemedy({
  method,
  path,
  refusal,
  holder,
}: {
  readonly method: string;
  readonly path: string;
  readonly refusal: Refusal;
  readonly holder: Holder;
}): string {
  const lacking = refusal.status === 403 && /not accessible by/i.test(refusal.message);
  const hidden = refusal.status === 404 && method !== 'GET';
  if (!lacking && !hidden) return '';
  const needed = acceptedPermissions(refusal) ?? permissionsByPath(method, path);
  if (needed === undefined) return '';
  const doubt = hidden ? `It does not exist, or the ${holder === 'app' ? 'App' : 'token'} may not write there. ` : '';
  return `${doubt}${holder === 'app' ? adviceToOwner(needed) : adviceToAuthor(needed)}`;
}

/** For the job's part of a workflow file, where permissions stand under a key of their own. */
function adviceToAuthor(needed: readonly string[]): string {
  return (
    `Add \`permissions: ${needed.join('` or `')}\` to the job, or grant it to the App or token that is used. ` +
    'For a pull request from a fork, GITHUB_TOKEN is read-only whatever the workflow says.'
  );
}

function adviceToOwner(needed: readonly string[]): string {
  return (
    `Grant the App \`${needed.join('` or `')}\` in its settings under "Permissions & events"; ` +
    'the owner of the account it is installed on then has to accept the change.'
  );
}

/** An issue's routes also serve pull requests, with either permission. */
function permissionsByPath(method: string, path: string): readonly string[] | undefined {
  const names = PERMISSIONS_BY_PATH.find(([pattern]) => pattern.test(path))?.[1];
  return names?.map((name) => `${name}: ${method === 'GET' ? 'read' : 'write'}`);
}

/** `x-accepted-github-permissions: issues=write; pull_requests=write` lists alternatives; each is a list by commas. */
function acceptedPermissions({ headers }: Refusal): readonly string[] | undefined {
  const alternatives = (headers['x-accepted-github-permissions'] ?? '')
    .split(';')
    .map((alternative) =>
      alternative
        .trim()
        .replaceAll('_', '-')
        .replaceAll(/\s*,\s*/g, ', ')
        .replaceAll('=', ': '),
    )
    .filter((alternative) => /^[a-z-]+: (read|write|admin)/.test(alternative));
  return alternatives.length === 0 ? undefined : alternatives;
}
