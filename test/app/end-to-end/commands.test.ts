import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LAB, LAB_CONFIG } from './lab.ts';
import { API, pathOf, taskIn, type Place } from './places.ts';
import { World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({ lab: LAB_CONFIG });
}, 60_000);

afterAll(async () => {
  await world.stop();
});

/** Commands of the lab, each in an issue of its own. */
async function command(text: string): Promise<{ place: Place; id: number }> {
  const place = await world.openIssue(LAB);
  const { id } = await world.comment(place, text);
  return { place, id };
}

async function reactionsTo(id: number, repository = LAB): Promise<readonly string[]> {
  return await world.reactions(`${pathOf(repository)}/issues/comments/${id}`);
}

describe('a command that runs', () => {
  test('is acknowledged, and shown in one comment from queued to done', async () => {
    const place = await world.openIssue(API);
    const from = world.github.calls.length;
    const { id } = await world.comment(
      place,
      '/rebyte count further\ndemo: artifact counts.csv 2048\ndemo: result Counted to **three**.',
    );
    const done = await world.untilSaid(place, /✅ Done/);
    await world.quiet();
    expect(done.body).toContain('Counted to **three**.');
    expect(done.body).toContain('`counts.csv`');
    expect(await reactionsTo(id, API)).toEqual(['eyes', 'hooray']);
    expect(await world.said(place)).toHaveLength(1);
    const bodies = world
      .writes(from)
      .flatMap(({ path, body }) => (path.endsWith('/reactions') ? [] : [JSON.stringify(body)]));
    const headlines = bodies.map((body) => /getting ready|working on it|Done/.exec(body)?.[0]);
    expect(headlines).toEqual(['getting ready', 'working on it', 'Done']);
  });

  test('brings the words of the commander and, apart from them, the thread', async () => {
    const place = await world.openIssue(LAB, { title: 'The title', body: 'The description.' });
    await world.comment(place, 'What somebody else said.', 'bob');
    await world.comment(place, '/rebyte do this\n\n```sh\n/rebyte not a command\n```\ndemo: result x');
    const { prompts } = await world.task(taskIn(await world.untilSaid(place, /✅ Done/)));
    const [own, context] = (prompts[0]?.userPrompt ?? '').split('\n---\n');
    expect(own?.trim()).toBe('do this\n\n```sh\n/rebyte not a command\n```\ndemo: result x');
    for (const words of ['The title', 'The description.', 'What somebody else said.']) expect(context).toContain(words);
  });

  test.each([
    ['/rebyte ask why?', /^Answer this question\. Change no files/],
    ['/rebyte review', /^Review what issue #\d+ proposes/],
    ['/rebyte fix the sum', /^Fix what issue #\d+ is about[^]*the sum/],
    ['/rebyte changelog of May', /^Write the changelog of of May\./],
    ['/rebyte run', /^Do what issue #\d+ asks for/],
  ])('%s tells the agent what that means', async (text, prompt) => {
    const { place } = await command(text);
    const { prompts } = await world.task(taskIn(await world.untilSaid(place, /✅ Done/)));
    expect(prompts[0]?.userPrompt).toMatch(prompt);
  });

  test('waits for the one before it in the thread, and then goes on with its task', async () => {
    const { place } = await command('/rebyte one\ndemo: wait go-on\ndemo: result First.');
    await world.untilSaid(place, /working on it/);
    await world.comment(place, '/rebyte two\ndemo: result Second.');
    const waiting = await world.untilSaid(place, /starts when the run before it/);
    await world.quiet();
    world.go('go-on');
    const second = await world.untilSaid(place, /✅ Done\s+Second\./);
    expect(second.id).toBe(waiting.id);
    const first = await world.untilSaid(place, /✅ Done\s+First\./);
    const task = await world.task(taskIn(first));
    expect(taskIn(second)).toBe(task.id);
    expect(task.prompts.map(({ userPrompt }) => userPrompt.split('\n')[0])).toEqual(['one', 'two']);
  });

  test('--new has a task of its own and waits for nobody', async () => {
    const { place } = await command('/rebyte one\ndemo: wait never');
    const first = await world.untilSaid(place, /working on it/);
    await world.comment(place, '/rebyte ask --new two');
    const second = await world.untilSaid(place, /working on it/, 2);
    expect(taskIn(second)).not.toBe(taskIn(first));
    await world.comment(place, '/rebyte cancel');
    await world.untilSaid(place, /### 🚫 Canceled/, 2);
  });

  test('several in one comment are carried out in their order', async () => {
    const { place } = await command('/rebyte one\ndemo: result 1.\n/rebyte two\ndemo: result 2.\n/rebyte status');
    const first = await world.untilSaid(place, /✅ Done\s+1\./);
    await world.untilSaid(place, /✅ Done\s+2\./);
    await world.untilSaid(place, /\*\*(waiting|running)\*\* for[^]*\*\*(waiting|running)\*\* for/);
    const { prompts } = await world.task(taskIn(first));
    expect(prompts.map(({ userPrompt }) => userPrompt.split('\n')[0])).toEqual(['one', 'two']);
  });
});

describe('a command about a run', () => {
  test('status tells where the runs stand', async () => {
    const { place } = await command('/rebyte status');
    await world.untilSaid(place, /No run in this thread yet/);
    await world.comment(place, '/rebyte one\ndemo: wait status-asked\ndemo: result x');
    const report = await world.untilSaid(place, /working on it/);
    await world.comment(place, '/rebyte status');
    const answer = await world.untilSaid(place, /\*\*running\*\* for/);
    expect(answer.body).toContain(report.url);
    world.go('status-asked');
    await world.untilSaid(place, /✅ Done/);
  });

  test('cancel stops it on Rebyte too, and says who did', async () => {
    const { place, id } = await command('/rebyte one\ndemo: wait never');
    const task = taskIn(await world.untilSaid(place, /working on it/));
    await world.comment(place, '/rebyte cancel');
    const canceled = await world.untilSaid(place, /### 🚫 Canceled/);
    await world.untilSaid(place, /🚫 Canceled: /);
    await world.quiet();
    expect(canceled.body).toContain('alice');
    expect(canceled.body).toContain('/rebyte retry');
    expect((await world.task(task)).status).toBe('canceled');
    expect(await reactionsTo(id)).toEqual(['eyes', 'confused']);
    await world.comment(place, '/rebyte cancel');
    await world.untilSaid(place, /Nothing to cancel/);
  });

  test('cancel takes what waits as well, and nothing of it is ever sent', async () => {
    const { place } = await command('/rebyte one\ndemo: wait never');
    const task = taskIn(await world.untilSaid(place, /working on it/));
    await world.comment(place, '/rebyte two');
    await world.untilSaid(place, /starts when the run before it/);
    await world.comment(place, '/rebyte cancel');
    await world.untilSaid(place, /### 🚫 Canceled/, 2);
    await world.quiet();
    expect((await world.task(task)).prompts).toHaveLength(1);
  });

  test('retry gives the same command again, unless it succeeded', async () => {
    const { place } = await command('/rebyte retry');
    await world.untilSaid(place, /Nothing to retry: there was no run/);
    await world.comment(place, '/rebyte one\ndemo: wait never');
    const task = taskIn(await world.untilSaid(place, /working on it/));
    await world.comment(place, '/rebyte cancel');
    await world.untilSaid(place, /### 🚫 Canceled/);
    world.go('never');
    await world.comment(place, '/rebyte retry');
    await world.untilSaid(place, /✅ Done/);
    const { prompts } = await world.task(task);
    expect(prompts.map(({ userPrompt }) => userPrompt.split('\n')[0])).toEqual(['one', 'one']);
    await world.comment(place, '/rebyte retry');
    await world.untilSaid(place, /Nothing to retry, it succeeded/);
  });

  test('share makes the task public and posts the link', async () => {
    const { place } = await command('/rebyte share');
    await world.untilSaid(place, /Nothing to share/);
    await world.comment(place, '/rebyte one\ndemo: result x');
    const task = taskIn(await world.untilSaid(place, /✅ Done/));
    await world.comment(place, '/rebyte share');
    const answer = await world.untilSaid(place, /public now/);
    expect(answer.body).toContain(`/share/${task}`);
  });

  test('help, and /rebyte alone, say what there is and what the asker may', async () => {
    const place = await world.openIssue(LAB);
    await world.comment(place, '/rebyte', 'bob');
    const { body } = await world.untilSaid(place, /Your role here is `read`/);
    expect(body).toMatch(/\/rebyte changelog \[text\]` \| Writes the changelog\. \| `write` and above \| no \|/);
    expect(body).toMatch(/\/rebyte help` \| .* \| `read` and above \| yes \|/);
    await world.comment(place, '/rebyte help', 'alice');
    await world.untilSaid(place, /Your role here is `write`/);
  });
});

describe('an Agent Computer', () => {
  test('that the configuration names is made and used, and any other is refused with the file to change', async () => {
    const { place } = await command('/rebyte --computer=workbench one\ndemo: result x');
    await world.untilSaid(place, /✅ Done/);
    const tasks = await world.taskCount();
    const other = await command('/rebyte --computer=payroll what is on it?');
    const { body } = await world.untilSaid(other.place, /### ⛔ Not started/);
    for (const words of ['`payroll` is not allowed', 'it allows `workbench`', '`computers` in `.github/rebyte.yml`'])
      expect(body).toContain(words);
    expect(await world.taskCount()).toBe(tasks);
    expect(await world.computerNames()).toEqual(['workbench']);
  });
});

describe('what is no command', () => {
  test('an option that does not exist is told, and nothing runs', async () => {
    const { place } = await command('/rebyte --modle=opus count');
    const { body } = await world.untilSaid(place, /🤔/);
    expect(body).toContain('--model');
    await world.quiet();
    expect(await world.said(place)).toHaveLength(1);
  });

  test('code, quotes and other words are left alone', async () => {
    const from = world.github.calls.length;
    const { place, id } = await command(
      '> /rebyte quoted\n\n```\n/rebyte code\n```\n\nuse `/rebyte` here, or /rebyte there',
    );
    await world.quiet();
    expect(await world.said(place)).toEqual([]);
    expect(await reactionsTo(id)).toEqual([]);
    expect(world.writes(from)).toEqual([]);
  });
});

test('GitHub finds nothing wrong with any request, and no job was given up', async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
  expect(world.log.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
});
