import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { becomes, checksOn, expectEnding, faultsStrike, invalidRequests, Listener, pathWithSlowGit } from './life.ts';
import { World, type StepOptions } from './world.ts';
import type { ActionResult, ActionRun } from '../../../emulator/runner/index.ts';

/**
 * One signal is enough, so no second one comes: a step that needs it hangs. How soon a step is done with its last word is
 * for `npm run bench -- interrupt` to say: a busy machine makes any step late for the runner's 7.5 s.
 */
const ONE_SIGNAL = { interruptMs: 600_000, terminateMs: 600_000 };

/**
 * Nor is a request late that is not meant to be. Tests of what is late have the clock as it is: `env: {}`.
 */
const PATIENT = { NODE_OPTIONS: `--import=${new URL('patient-clock.mjs', import.meta.url).href}` };

/** The log also shows the prompt, so what the agent says is spelled differently there. */
const WORKING = 'demo: say At\\x20work.\\n\ndemo: sleep 60s';

const CANCEL = { method: 'POST', path: '/v1/tasks/*/cancel' } as const;

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

/** A step with a comment of its own on the pull request. */
function start(prompt: string, step: Partial<StepOptions> = {}): { run: ActionRun; log: Listener; key: string } {
  runs += 1;
  const log = new Listener();
  const key = `interrupted-${runs}`;
  const run = world.start({
    github: world.pullRequestEvent(),
    runId: String(2000 + runs),
    onLine: log.onLine,
    grace: ONE_SIGNAL,
    env: PATIENT,
    ...step,
    inputs: { prompt, 'comment-key': key, ...step.inputs },
  });
  return { run, log, key };
}

async function cancel(run: ActionRun, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<ActionResult> {
  run.cancel(signal);
  const result = await run.finished;
  expect(result.conclusion).toBe('cancelled');
  // Else a shell stood between and died of the signal (130, 143).
  expect(result.steps.find(({ id }) => id === 'run')?.exitCode).toBe(1);
  return result;
}

async function lastComment(): Promise<string> {
  return (await world.comments()).at(-1)?.body ?? '';
}

test('a signal while the checkout is looked at ends the step before anything is sent', async () => {
  const slow = pathWithSlowGit(world);
  const { run } = start('demo: result No.', { env: { ...PATIENT, PATH: slow.PATH } });
  await becomes(() => existsSync(slow.waiting));
  const ended = cancel(run);
  writeFileSync(slow.go, '');
  const result = await ended;

  expectEnding(result, 'interrupted');
  expect(result.outputs['task-id']).toBe('');
  expect(result.summary).toContain('No task had been started');
  expect(await world.taskCount()).toBe(0);
  expect(await lastComment()).toContain('The workflow was canceled. No task had been started.');
});

test('a signal while a file is uploaded stops the upload, and no task is created', async () => {
  world.rebyte.control.faults.add({ kind: 'delay', ms: 30_000, method: 'PUT', path: '/storage/*' });
  const { run } = start('demo: result No.', { inputs: { files: 'README.md' } });
  await faultsStrike(world);
  const result = await cancel(run, 'SIGTERM');

  expectEnding(result, 'interrupted');
  expect(await world.taskCount()).toBe(0);
  expect(result.summary).toContain('The workflow was canceled. No task had been started.');
  expect(result.log).not.toContain('Looking for it');
});

test.each([['waited for'], ['not waited for']])(
  'a signal while the task comes up waits for its id, and cancels it, %s',
  async (how) => {
    world.rebyte.control.faults.add({ kind: 'provision', ms: 700 });
    const wait = how === 'waited for' ? 'true' : 'false';
    const { run } = start('demo: sleep 60s', { inputs: { wait } });
    await faultsStrike(world);
    const result = await cancel(run);

    expectEnding(result, 'interrupted');
    expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
    expect(await lastComment()).toContain('The task was canceled.');
  },
);

test('a task that comes up too late for its id is found and canceled by the cleanup step', async () => {
  world.rebyte.control.faults.add({ kind: 'provision', ms: 5_500 });
  const { run, key } = start('demo: sleep 60s', { inputs: { report: 'comment check' }, env: {} });
  await faultsStrike(world);
  const before = await world.taskCount();
  const result = await cancel(run);

  expect(await world.taskCount()).toBe(before + 1);
  expectEnding(result, 'interrupted', 'cleanup');
  expect(result.steps.find(({ id }) => id === 'run')?.outputs['reason-code']).toBe('submit_in_doubt');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
  expect(await lastComment()).toContain('The workflow was canceled. The task was canceled.');
  const checks = (await checksOn(world, world.headSha)).filter(({ name }) => name === `Rebyte (${key})`);
  expect(checks).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
});

test.each([['SIGINT'], ['SIGTERM']] as const)(
  'a %s while the agent works cancels the task, and comment, check, summary and outputs say so',
  async (signal) => {
    const { run, log, key } = start(WORKING, { inputs: { report: 'comment check' } });
    await log.hears('At work.');
    const result = await cancel(run, signal);

    expectEnding(result, 'interrupted');
    expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
    expect(result.summary).toContain('The workflow was canceled. The task was canceled.');
    expect(await lastComment()).toContain('The workflow was canceled. The task was canceled.');
    expect(result.outputs['comment-url']).toContain('#issuecomment-');
    expect(result.outputs['check-url']).not.toBe('');
    const checks = (await checksOn(world, world.headSha)).filter(({ name }) => name === `Rebyte (${key})`);
    expect(checks).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
    expect(result.steps.find(({ id }) => id === 'cleanup')?.outcome).toBe('skipped');
  },
);

test('a second signal while the last word is spoken changes nothing', async () => {
  const { run, log } = start(WORKING, { grace: { interruptMs: 300, terminateMs: 600_000 } });
  await log.hears('At work.');
  world.rebyte.control.faults.add({ kind: 'delay', ms: 600, ...CANCEL });
  const result = await cancel(run);

  expectEnding(result, 'interrupted');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
  expect(await lastComment()).toContain('The task was canceled.');
});

test('a cancel that Rebyte does not answer in time is tried again by the cleanup step', async () => {
  const { run, log } = start(WORKING, { env: {} });
  await log.hears('At work.');
  world.rebyte.control.faults.add({ kind: 'delay', ms: 5_000, ...CANCEL });
  const result = await cancel(run);

  expectEnding(result, 'interrupted', 'cleanup');
  expect(result.steps.find(({ id }) => id === 'run')?.outputs['reason-code']).toBe('interrupted_cancel_failed');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
  expect(result.log).toContain('The task could not be canceled and may still be running.');
  expect(await lastComment()).toContain('The workflow was canceled. The task was canceled.');
});

test('a cancel that Rebyte refuses twice has a reason code of its own, and says where to cancel', async () => {
  const { run, log } = start(WORKING);
  await log.hears('At work.');
  world.rebyte.control.faults.add({ kind: 'respond', status: 403, code: 'insufficient_scopes', ...CANCEL, times: -1 });
  const result = await cancel(run);
  world.rebyte.control.faults.clear();

  expectEnding(result, 'interrupted_cancel_failed', 'cleanup');
  expect(result.steps.find(({ id }) => id === 'run')?.outputs['reason-code']).toBe('interrupted_cancel_failed');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'running' });
  expect(await lastComment()).toContain('The task could not be canceled and may still be running.');
  expect(await lastComment()).toContain('Cancel it at `task-url`.');
});

test('a signal while the result is reported does not take it back', async () => {
  const { run } = start('demo: result Found **it**.', { inputs: { wait: 'true' } });
  world.github.fail({ method: 'PATCH', path: /\/issues\/comments\//, delayMs: 500 });
  const edits = (): number => world.github.calls.filter(({ method }) => method === 'PATCH').length;
  const before = edits();
  await becomes(() => edits() > before);
  run.cancel();
  const result = await run.finished;

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('Found **it**.');
  expect(await lastComment()).toContain('Found **it**.');
});
