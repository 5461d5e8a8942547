import { API_KEY, PULL, SLUG, type Servers } from './world.ts';

/** Lines for a shell: a task, its events, a comment. They work as they stand while the servers are up. */
export function shellLines({ rebyte, github }: Servers, taskId: string): readonly string[] {
  const task = JSON.stringify({ prompt: 'Survey this.', githubUrl: SLUG, branchName: 'main' });
  return [
    `export REBYTE=${rebyte.url} KEY=${API_KEY}`,
    `export GITHUB=${github.apiUrl} TOKEN=${github.tokenFor(PULL.author)}`,
    '',
    '# start a task',
    `curl -d '${task}' \\`,
    `  -H "API_KEY: $KEY" -H 'Content-Type: application/json' "$REBYTE/tasks"`,
    '',
    "# stream a task's events (this is the one that just ran)",
    `curl -N -H "API_KEY: $KEY" "$REBYTE/tasks/${taskId}/events"`,
    '',
    '# comment on the pull request, and read the comments',
    `curl -d '{"body":"Thank you."}' -H "Authorization: token $TOKEN" \\`,
    `  "$GITHUB/repos/${SLUG}/issues/${PULL.number}/comments"`,
    `curl -H "Authorization: token $TOKEN" "$GITHUB/repos/${SLUG}/issues/${PULL.number}/comments"`,
  ];
}
