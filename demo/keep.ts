import { API_KEY, PULL, SLUG, type Servers } from './world.ts';

/** Lines for a shell: a task, its events, a comment. They work as they stand while the servers are up; 80 columns hold them. */
export function shellLines({ rebyte, github }: Servers, taskId: string): readonly string[] {
  const task = JSON.stringify({ prompt: 'Survey it', githubUrl: SLUG, branchName: 'main' });
  return [
    `export REBYTE=${rebyte.url} KEY='API_KEY: ${API_KEY}'`,
    `export TASK=${taskId}`,
    `export THREAD=${github.apiUrl}/repos/${SLUG}/issues/${PULL.number}`,
    `export AUTH='Authorization: token ${github.tokenFor(PULL.author)}'`,
    '',
    '# start a task',
    `curl -H "$KEY" -H 'Content-Type: application/json' "$REBYTE/tasks" \\`,
    `  -d '${task}'`,
    '',
    "# stream a task's events; $TASK is the one that just ran",
    'curl -N -H "$KEY" "$REBYTE/tasks/$TASK/events"',
    '',
    '# comment on the pull request, and read the comments',
    `curl -H "$AUTH" "$THREAD/comments" -d '{"body":"Thank you."}'`,
    'curl -H "$AUTH" "$THREAD/comments"',
  ];
}
