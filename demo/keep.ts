import { API_KEY, PULL, SLUG, type Servers } from './world.ts';

/** Lines for a shell: a task, its events, a comment. They work as they stand while the servers are up. */
export function shellLines({ rebyte, github }: Servers, taskId: string): readonly string[] {
  const task = JSON.stringify({ prompt: 'Survey this.', githubUrl: SLUG, branchName: 'main' });
  return [
    `export REBYTE=${rebyte.url} KEY=${API_KEY} TASK=${taskId}`,
    `export THREAD=${github.apiUrl}/repos/${SLUG}/issues/${PULL.number}`,
    `export TOKEN=${github.tokenFor(PULL.author)}`,
    '',
    '# start a task',
    `curl -H "API_KEY: $KEY" -H 'Content-Type: application/json' \\`,
    `  -d '${task}' \\`,
    '  "$REBYTE/tasks"',
    '',
    "# stream a task's events; $TASK is the one that just ran",
    'curl -N -H "API_KEY: $KEY" "$REBYTE/tasks/$TASK/events"',
    '',
    '# comment on the pull request, and read the comments',
    `curl -H "Authorization: token $TOKEN" -d '{"body":"Thank you."}' "$THREAD/comments"`,
    'curl -H "Authorization: token $TOKEN" "$THREAD/comments"',
  ];
}
