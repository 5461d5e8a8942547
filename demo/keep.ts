import { API_KEY, PULL, SLUG, type Servers } from './world.ts';

/** Lines for a shell: a command for the App, a task and its events. They work as they stand; 80 columns hold them. */
export async function shellLines({ rebyte, github }: Servers): Promise<readonly string[]> {
  const task = JSON.stringify({ prompt: 'Survey it', githubUrl: SLUG, branchName: 'main' });
  return [
    `export REBYTE=${rebyte.url} KEY='API_KEY: ${API_KEY}'`,
    `export TASK=${await newestTask(rebyte.url)}`,
    `export THREAD=${github.apiUrl}/repos/${SLUG}/issues/${PULL.number}`,
    `export AUTH='Authorization: token ${github.tokenFor(PULL.author)}'`,
    '',
    '# give the App a command, and read what it says',
    `curl -H "$AUTH" "$THREAD/comments" -d '{"body":"/rebyte what is left to do?"}'`,
    'curl -H "$AUTH" "$THREAD/comments"',
    '',
    '# start a task',
    `curl -H "$KEY" -H 'Content-Type: application/json' "$REBYTE/tasks" \\`,
    `  -d '${task}'`,
    '',
    "# stream a task's events; $TASK is the one that just ran",
    'curl -N -H "$KEY" "$REBYTE/tasks/$TASK/events"',
  ];
}

async function newestTask(url: string): Promise<string> {
  const response = await fetch(`${url}/tasks?limit=1`, { headers: { API_KEY } });
  return /"id":"([^"]+)"/.exec(await response.text())?.[1] ?? '';
}
