import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { LAB, LAB_CONFIG } from './lab.ts';
import { API_KEYS } from './seed.ts';
import { isNotice, pathOf, taskIn, type Place } from './places.ts';
import { World } from './world.ts';

const MINUTE_MS = 60_000;

let world: World;

beforeAll(async () => {
  world = await World.start({ lab: LAB_CONFIG });
}, 60_000);

afterEach(() => {
  world.clock.reset();
  world.rebyteOf('acme').control.faults.clear();
});

afterAll(async () => {
  await world.stop();
});

async function command(text: string): Promise<{ place: Place; id: number }> {
  const place = await world.openIssue(LAB);
  const { id } = await world.comment(place, text);
  return { place, id };
}

/** As somebody does who looks at the task on Rebyte. */
async function onRebyte(method: string, path: string): Promise<void> {
  const headers = { API_KEY: API_KEYS['acme'] ?? '' };
  const response = await fetch(`${world.rebyteOf('acme').url}${path}`, { method, headers });
  await response.text();
  expect(response.ok).toBe(true);
}

test('a task that failed says why and what to do', async () => {
  const { place, id } = await command('/rebyte one\ndemo: fail The disk is full.');
  const { body } = await world.untilSaid(place, /### ❌ Failed/);
  await world.quiet();
  expect(body).toContain('The disk is full.');
  expect(body).toContain('`task_failed`');
  expect(body).toContain('**Next:**');
  expect(await world.reactions(`${pathOf(LAB)}/issues/comments/${id}`)).toEqual(['eyes', 'confused']);
});

test('a task that was canceled on Rebyte is canceled here', async () => {
  const { place } = await command('/rebyte one\ndemo: wait never');
  const task = taskIn(await world.untilSaid(place, /working on it/));
  await onRebyte('POST', `/tasks/${task}/cancel`);
  const { body } = await world.untilSaid(place, /### 🚫 Canceled/);
  expect(body).toContain('Somebody canceled the task on Rebyte.');
});

test('a task that takes too long is canceled, here and on Rebyte', async () => {
  const { place } = await command('/rebyte one\ndemo: wait never');
  const task = taskIn(await world.untilSaid(place, /working on it/));
  world.clock.advance(61 * MINUTE_MS);
  const { body } = await world.untilSaid(place, /### ⏰ Timed out/);
  expect(body).toContain('60 minutes');
  expect(body).toContain('timeout-minutes');
  expect((await world.task(task)).status).toBe('canceled');
});

test('what Rebyte refuses is said with its remedy, and no task is made', async () => {
  const before = await world.taskCount();
  const { place } = await command('/rebyte --executor=codex one');
  const { body } = await world.untilSaid(place, /### ⛔ Not started/);
  expect(body).toContain('`agent_disabled`');
  expect(body).toContain('--executor');
  expect(await world.taskCount()).toBe(before);
});

test('a result that comes later than the ending is read from the task', async () => {
  world.rebyteOf('acme').control.faults.add({ kind: 'result', how: 'missing' });
  const { place } = await command('/rebyte one\ndemo: say Nearly there.\ndemo: result Never seen.');
  const { body } = await world.untilSaid(place, /### ✅ Done/);
  expect(body).toContain('`completed`');
  expect(body).not.toContain('`webhook`');
});

test('a lost webhook is made up for by asking', async () => {
  world.rebyteOf('acme').control.faults.add({ kind: 'webhook', how: 'lose', event: 'task.completed' });
  const { place } = await command('/rebyte one\ndemo: wait unheard\ndemo: result Found.');
  const task = taskIn(await world.untilSaid(place, /working on it/));
  world.go('unheard');
  await world.until(async () => (await world.task(task)).status === 'completed');
  world.clock.advance(2 * MINUTE_MS);
  await world.untilSaid(place, /✅ Done\s+Found\./);
});

test('a task that was deleted on Rebyte has an unknown outcome', async () => {
  const { place } = await command('/rebyte one\ndemo: wait never');
  const task = taskIn(await world.untilSaid(place, /working on it/));
  await onRebyte('DELETE', `/tasks/${task}`);
  world.clock.advance(MINUTE_MS + 1_000);
  const { body } = await world.untilSaid(place, /### ❓ Outcome unknown/);
  expect(body).toContain('does not exist any more');
  await world.comment(place, '/rebyte two\ndemo: result x');
  await world.untilSaid(place, /✅ Done/);
});

test('a task whose creation was not answered is found and never made twice', async () => {
  const before = await world.taskCount();
  world.rebyteOf('acme').control.faults.add({ kind: 'reset', method: 'POST', path: '/v1/tasks', when: 'after' });
  const { place } = await command('/rebyte one\ndemo: result Found.');
  await world.untilSaid(place, /✅ Done\s+Found\./);
  expect(await world.taskCount()).toBe(before + 1);
});

test('a creation that cannot be found again is in doubt, said, and not repeated', async () => {
  const before = await world.taskCount();
  world.rebyteOf('acme').control.faults.add({ kind: 'reset', method: 'POST', path: '/v1/tasks' });
  const { place } = await command('/rebyte one\ndemo: result x');
  await world.untilSaid(place, /getting ready/);
  await world.until(() => {
    world.clock.advance(MINUTE_MS);
    return world.said(place).then((said) => said.some(({ body }) => body.includes('`submit_in_doubt`')));
  });
  const { body } = await world.untilSaid(place, /### ❓ Outcome unknown/);
  expect(body).toContain('Look at your tasks on Rebyte');
  expect(await world.taskCount()).toBe(before);
});

test('a follow-up whose answer got lost is found in its task', async () => {
  const { place } = await command('/rebyte one\ndemo: result First.');
  const task = taskIn(await world.untilSaid(place, /✅ Done\s+First\./));
  const path = `/v1/tasks/${task}/prompts`;
  world.rebyteOf('acme').control.faults.add({ kind: 'reset', method: 'POST', path, when: 'after' });
  await world.comment(place, '/rebyte two\ndemo: result Second.');
  await world.untilSaid(place, /✅ Done\s+Second\./);
  expect((await world.task(task)).prompts).toHaveLength(2);
});

test('while Rebyte takes no more requests the run waits', async () => {
  const fault = { kind: 'respond', method: 'POST', path: '/v1/tasks', status: 429, code: 'rate_limited' } as const;
  world.rebyteOf('acme').control.faults.add({ ...fault, retryAfter: 0, times: 2 });
  const { place } = await command('/rebyte one\ndemo: result Back.');
  await world.untilSaid(place, /✅ Done\s+Back\./);
});

test('an answer of GitHub that gets lost makes no second comment', async () => {
  const place = await world.openIssue(LAB);
  const path = `${pathOf(LAB)}/issues/${place.number}/comments`;
  world.github.fail({ method: 'POST', path, reset: 'after' });
  // The person's own comment is what the fault would strike first.
  const text = '/rebyte one\ndemo: result x';
  await expect(world.comment(place, text)).rejects.toThrow();
  world.github.fail({ method: 'POST', path, reset: 'after' });
  await world.untilSaid(place, /✅ Done/);
  await world.quiet();
  expect(await world.said(place)).toHaveLength(1);
});

test('a late notice of the run before does not end the follow-up', async () => {
  const kept = world.toApp.keepNext(isNotice('task.completed'));
  const { place } = await command('/rebyte one\ndemo: result First.');
  const late = await kept;
  // Old enough to be asked after, and young enough for the notice to be believed.
  world.clock.advance(MINUTE_MS + 1_000);
  await world.untilSaid(place, /✅ Done\s+First\./);
  await world.comment(place, '/rebyte two\ndemo: wait second\ndemo: result Second.');
  await world.untilSaid(place, /working on it/);
  expect(await late.arrive()).toBe(200);
  await world.quiet();
  await world.untilSaid(place, /working on it/);
  world.go('second');
  await world.untilSaid(place, /✅ Done\s+Second\./);
});

test('GitHub finds nothing wrong with any request, and no job was given up', async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
});
