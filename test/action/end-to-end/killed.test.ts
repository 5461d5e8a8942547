import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { becomes, checksOn, expectEnding, faultsStrike, invalidRequests, Listener, requestsTo, times } from './life.ts';
import { World, type StepOptions } from './world.ts';
import type { ActionResult, ActionRun } from '../../../emulator/runner/index.ts';

/** The log also shows the prompt, so what the agent says is spelled differently there. */
const WORKING = 'demo: say At\\x20work.\\n\ndemo: sleep 60s';

let world: World;
let runs = 0;

beforeAll(async () => {
  world = await World.start();
  world.checkOutPull();
});

afterAll(async () => {
  const invalid = invalidRequests(world);
  await world.stop();
  expect(world.github.violations).toEqual([]);
  expect(invalid).toEqual([]);
});

beforeEach(() => {
  world.rebyte.control.faults.clear();
});

/** A step with a comment and a check of its own on the pull request. */
function start(prompt: string, step: Partial<StepOptions> = {}): { run: ActionRun; log: Listener; name: string } {
  runs += 1;
  const log = new Listener();
  const key = `killed-${runs}`;
  const run = world.start({
    github: world.pullRequestEvent(),
    runId: String(3000 + runs),
    onLine: log.onLine,
    ...step,
    inputs: { prompt, 'comment-key': key, report: 'comment check', ...step.inputs },
  });
  return { run, log, name: `Rebyte (${key})` };
}

async function kill(run: ActionRun): Promise<ActionResult> {
  run.kill();
  const result = await run.finished;
  expect(result.steps.find(({ id }) => id === 'run')?.exitCode).toBe(137);
  return result;
}

async function lastComment(): Promise<string> {
  return (await world.comments()).at(-1)?.body ?? '';
}

test('killed before a task was asked for, with nothing said: the cleanup step is silent', async () => {
  world.rebyte.control.faults.add({ kind: 'delay', ms: 30_000, path: '/v1/agent-computers' });
  const { run } = start('demo: result No.', { inputs: { computer: 'nightly' } });
  await faultsStrike(world);
  const result = await kill(run);

  expect(result.summary).toBe('');
  expect(await world.comments()).toEqual([]);
  expect(result.steps.find(({ id }) => id === 'cleanup')).toMatchObject({ outcome: 'success', annotations: [] });
  expect(await world.taskCount()).toBe(0);
});

test('killed before a task was asked for, shown as queued: the same comment and check say how it ended', async () => {
  world.rebyte.control.faults.add({ kind: 'delay', ms: 30_000, path: '/v1/agent-computers' });
  const { run, name } = start('demo: result No.', { inputs: { computer: 'nightly' } });
  await becomes(async () => (await checksOn(world, world.headSha)).some((check) => check.name === name));
  await becomes(async () => (await world.comments()).length === 1);
  expect(await lastComment()).toContain('getting ready');
  const result = await kill(run);

  expectEnding(result, 'interrupted', 'cleanup');
  expect(await world.comments()).toHaveLength(1);
  expect(await lastComment()).toContain('The step was killed before it asked for a task.');
  const checks = (await checksOn(world, world.headSha)).filter((check) => check.name === name);
  expect(checks).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
  expect(await world.taskCount()).toBe(0);
});

test('killed while the task comes up: the cleanup step finds it by its run reference and cancels it', async () => {
  world.rebyte.control.faults.add({ kind: 'provision', ms: 1_000 });
  const { run } = start('demo: sleep 60s');
  await faultsStrike(world);
  const before = await world.taskCount();
  const result = await kill(run);

  expectEnding(result, 'interrupted', 'cleanup');
  expect(await world.taskCount()).toBe(before + 1);
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
  expect(await lastComment()).toContain('The step was killed. The task was canceled.');
});

test('killed while the task comes up, on a Rebyte that shows no prompts: it is said that a task may be left', async () => {
  world.rebyte.control.faults.add({ kind: 'provision', ms: 1_000 });
  const before = await world.taskCount();
  const { run } = start('demo: result Alone.');
  await faultsStrike(world);
  world.rebyte.control.faults.add({ kind: 'respond', status: 404, path: '/v1/tasks/*/content', times: -1 });
  const result = await kill(run);

  expectEnding(result, 'submit_in_doubt', 'cleanup');
  expect(result.log).toContain('Look at your tasks on Rebyte before you re-run the job.');
  expect(await lastComment()).toContain('it may exist');
  // It comes up now at the latest, and not while the next test counts.
  await becomes(async () => (await world.taskCount()) === before + 1);
});

test('killed while the agent works: the task is canceled, and the same comment and check say so', async () => {
  const { run, log, name } = start(WORKING);
  await log.hears('At work.');
  await becomes(async () => (await checksOn(world, world.headSha)).some((check) => check.name === name));
  await becomes(async () => (await lastComment()).includes('working on it'));
  const before = (await world.comments()).length;
  const result = await kill(run);

  expectEnding(result, 'interrupted', 'cleanup');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
  expect(await world.comments()).toHaveLength(before);
  expect(await lastComment()).toContain('The step was killed. The task was canceled.');
  const checks = (await checksOn(world, world.headSha)).filter((check) => check.name === name);
  expect(checks).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
});

test('a task whose answer got lost is found again, and not created twice', async () => {
  const before = await world.taskCount();
  const posted = times(world, 'POST /v1/tasks');
  world.rebyte.control.faults.add({ kind: 'reset', method: 'POST', path: '/v1/tasks', when: 'after' });
  const { run } = start('demo: result Found again.');
  const result = await run.finished;

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('Found again.');
  expect(result.log).toContain('It is not known whether the task was created');
  expect(await world.taskCount()).toBe(before + 1);
  expect(times(world, 'POST /v1/tasks')).toBe(posted + 1);
});

test('a lost answer on a Rebyte that shows no prompts ends in doubt, said out loud, without a second task', async () => {
  const posted = times(world, 'POST /v1/tasks');
  world.rebyte.control.faults.add(
    { kind: 'reset', method: 'POST', path: '/v1/tasks', when: 'after' },
    { kind: 'respond', status: 404, path: '/v1/tasks/*/content', times: -1 },
  );
  const { run, name } = start('demo: result Nobody knows.');
  const result = await run.finished;

  expectEnding(result, 'submit_in_doubt');
  expect(result.conclusion).toBe('failure');
  expect(times(world, 'POST /v1/tasks')).toBe(posted + 1);
  expect(await lastComment()).toContain('Look at your tasks on Rebyte before you re-run the job.');
  const checks = (await checksOn(world, world.headSha)).filter((check) => check.name === name);
  expect(checks).toMatchObject([{ status: 'completed', conclusion: 'neutral' }]);
  expect(result.steps.find(({ id }) => id === 'cleanup')?.annotations).toEqual([]);
});

test.each([['shown'], ['not shown']])('a follow-up whose answer got lost is found again, prompts %s', async (how) => {
  const first = await start('demo: result First.').run.finished;
  const from = requestsTo(world).length;
  const taskId = first.outputs['task-id'] ?? '';
  world.rebyte.control.faults.add({ kind: 'reset', method: 'POST', path: '/v1/tasks/*/prompts', when: 'after' });
  if (how === 'not shown')
    world.rebyte.control.faults.add({ kind: 'respond', status: 404, path: '/v1/tasks/*/content', times: -1 });
  const result = await start('demo: result Second.', { inputs: { 'task-id': taskId } }).run.finished;

  expectEnding(result, 'completed');
  expect(result.outputs).toMatchObject({ 'task-id': taskId, result: 'Second.' });
  expect((await world.task(taskId)).prompts).toHaveLength(2);
  expect(requestsTo(world, from).filter((each) => each.startsWith('POST'))).toEqual(['POST /v1/tasks/:id/prompts']);
});
