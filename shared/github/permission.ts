import type { Refusal } from './failure.ts';

/** The permission that a write below this path needs, when GitHub does not name it itself. */
const PERMISSION_BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/\/issues(\/|$)/, 'issues: write` (on a pull request `pull-requests: write` will do)'],
  [/\/pulls(\/|$)/, 'pull-requests: write`'],
  [/\/check-runs(\/|$)/, 'checks: write`'],
  [/\/contents(\/|$)/, 'contents: write`'],
];

/**
 * What the workflow's author can do about a refusal, as one sentence; '' when it is not about a permission. GitHub
 * answers 403 when the token lacks one, and 404 on a write when it may not even see the repository.
 */
export function permissionRemedy(method: string, path: string, refusal: Refusal): string {
  const lacking = refusal.status === 403 && /not accessible by/i.test(refusal.message);
  const hidden = refusal.status === 404 && method !== 'GET';
  if (!lacking && !hidden) return '';
  const permission = acceptedPermission(refusal) ?? PERMISSION_BY_PATH.find(([pattern]) => pattern.test(path))?.[1];
  if (permission === undefined) return '';
  const doubt = hidden ? 'It does not exist, or the token may not write there. ' : '';
  return (
    `${doubt}Add \`permissions: ${permission} to the job, or grant it to the App or token that is used. ` +
    'For a pull request from a fork, GITHUB_TOKEN is read-only whatever the workflow says.'
  );
}

/** `x-accepted-github-permissions: issues=write; pull_requests=write` lists alternatives; each is a list by commas. */
function acceptedPermission({ headers }: Refusal): string | undefined {
  const alternatives = (headers['x-accepted-github-permissions'] ?? '')
    .split(';')
    .map((alternative) =>
      alternative
        .trim()
        .replaceAll('_', '-')
        .replaceAll(/\s*,\s*/g, ', ')
        .replaceAll('=', ': '),
    )
    .filter((alternative) => /^[a-z-]+: (read|write)/.test(alternative));
  return alternatives.length === 0 ? undefined : `${alternatives.join('` or `')}\``;
}
