import type { App } from '../app/start.ts';
import type { Happening } from './happening.ts';
import { showComment } from './results.ts';
import type { Telling } from './telling.ts';
import { BOT, startTheApp } from './the-app.ts';
import type { ThreadView } from './thread-view.ts';
import { API_KEY, PULL, SLUG, type Servers } from './world.ts';

const FOLLOW_UPS = ['/rebyte ask Which FIXME would you take first?', '/rebyte changelog Mention the rates.'] as const;

/**
 * The App's part of the story: it starts, is asked, is asked again while it works, and explains itself.
 * @returns the running App, and whether the first run succeeded
 * @throws {Error} when the signal fires, or the App does not answer; it is stopped then
 */
export async function theApp(
  telling: Telling,
  servers: Servers,
  thread: ThreadView,
): Promise<{ app: App; good: boolean }> {
  const app = await anApp(telling, servers);
  try {
    const good = await aCommand(telling, servers, thread);
    await followUps(telling, servers, thread);
    await help(telling, servers, thread);
    return { app, good };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

async function anApp({ screen }: Telling, servers: Servers): Promise<App> {
  screen.chapter('The App: app/, started as npm start does');
  screen.working('the App starts');
  const onWarning = (message: string) => screen.say(message, 'failed');
  const app = await startTheApp(servers, { apiKey: API_KEY, onWarning });
  screen.working(undefined);
  screen.say(`GitHub delivers to ${app.url}/api/github/webhooks`, 'done');
  screen.say(`Rebyte delivers to ${app.url}/rebyte/webhooks`, 'done');
  return app;
}

async function aCommand({ screen, options }: Telling, servers: Servers, thread: ThreadView): Promise<boolean> {
  screen.chapter(`${PULL.author} comments on pull request #${PULL.number}, and the thread lives`);
  screen.working('the agent works');
  thread.restart();
  const asked = await comment(servers, `/rebyte ${options.prompt}`);
  const end = await thread.until(isEndOf(asked));
  const answer = await thread.until((each) => each.kind === 'comment' && each.login === BOT);
  screen.working(undefined);
  screen.chapter('The comment, once created and then edited in place');
  if (answer.kind === 'comment') showComment(screen, thread.comment(answer.id));
  return end.kind === 'reaction' && end.content === 'hooray';
}

/** Two at once: they go on with the task, one after the other. */
async function followUps({ screen }: Telling, servers: Servers, thread: ThreadView): Promise<void> {
  screen.chapter('Two follow-ups at once: the same task, one after the other');
  screen.working('the agent works');
  thread.restart();
  const asked = [];
  for (const body of FOLLOW_UPS) asked.push(await comment(servers, body));
  for (const each of asked) await thread.until(isEndOf(each));
  screen.working(undefined);
}

async function help({ screen }: Telling, servers: Servers, thread: ThreadView): Promise<void> {
  screen.chapter('/rebyte help, from the live configuration and for who asks');
  thread.restart();
  await comment(servers, '/rebyte help');
  const answer = await thread.until((each) => each.kind === 'comment' && each.login === BOT);
  if (answer.kind === 'comment') showComment(screen, answer.body);
}

/** 🎉 or 😕 on the comment that asked: nothing comes after it. */
function isEndOf(commentId: number): (happening: Happening) => boolean {
  return (each) => each.kind === 'reaction' && each.commentId === commentId && each.content !== 'eyes';
}

/** Writes a comment as the pull request's author. @returns its id */
async function comment({ github }: Servers, body: string): Promise<number> {
  const response = await fetch(`${github.apiUrl}/repos/${SLUG}/issues/${PULL.number}/comments`, {
    method: 'POST',
    headers: { authorization: `token ${github.tokenFor(PULL.author)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ body }),
  });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'id' in answer && typeof answer.id === 'number')
    return answer.id;
  throw new Error(`GitHub takes no comment: ${response.status} ${JSON.stringify(answer)}`);
}
