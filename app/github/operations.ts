export type Level = 'read' | 'write';

/**
 * Every operation of GitHub's API that an installation's token is used for, with the permission that it needs, in
 * GitHub's own words. app.yml asks for these and no more; tests compare both with the calls that are made.
 */
export const OPERATIONS = {
  'GET /installation/repositories': { metadata: 'read' },
  'GET /repos/{owner}/{repo}': { metadata: 'read' },
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': { metadata: 'read' },
  'GET /repos/{owner}/{repo}/contents/{path}': { contents: 'read' },
  'GET /repos/{owner}/{repo}/issues': { issues: 'read' },
  'POST /repos/{owner}/{repo}/issues': { issues: 'write' },
  'GET /repos/{owner}/{repo}/issues/{issue_number}': { issues: 'read' },
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': { issues: 'write' },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': { issues: 'read' },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': { issues: 'write' },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': { issues: 'write' },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions': { issues: 'write' },
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': { issues: 'write' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': { pull_requests: 'read' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': { pull_requests: 'read' },
  'POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions': { pull_requests: 'write' },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': { checks: 'read' },
  'POST /repos/{owner}/{repo}/check-runs': { checks: 'write' },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': { checks: 'write' },
  'GET /orgs/{org}/teams/{team_slug}': { members: 'read' },
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': { members: 'read' },
} as const satisfies Record<string, Readonly<Record<string, Level>>>;

/** What the App's own JSON Web Token is used for; it needs no permission. */
export const APP_OPERATIONS = [
  'GET /app',
  'GET /app/hook/deliveries',
  'POST /app/hook/deliveries/{delivery_id}/attempts',
  'GET /app/installations',
  'POST /app/installations/{installation_id}/access_tokens',
] as const;

/** Events to subscribe to. `installation` and `installation_repositories` come to every App. */
export const EVENTS = [
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
] as const;

/** The least permissions that allow every operation. */
export const PERMISSIONS: Readonly<Record<string, Level>> = leastPermissions(Object.values(OPERATIONS));

/** Whether what was granted is enough. */
export function covers(granted: string | undefined, needed: Level): boolean {
  return granted === needed || granted === 'write' || granted === 'admin';
}

function leastPermissions(needs: readonly Readonly<Record<string, Level>>[]): Record<string, Level> {
  const least: Record<string, Level> = {};
  for (const [name, level] of needs.flatMap((need) => Object.entries(need)))
    if (!covers(least[name], level)) least[name] = level;
  return least;
}
