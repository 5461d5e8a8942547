import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectEnding, invalidRequests, requestsTo } from './life.ts';
import { World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
  world.checkOutMain();
});

afterAll(async () => {
  const invalid = invalidRequests(world);
  await world.stop();
  expect(world.github.violations).toEqual([]);
  expect(invalid).toEqual([]);
});

/** Two seconds. */
const SOON = '0.034';

test('when the time is up the task is canceled, and the step fails with what to do', async () => {
  const result = await world.run({ inputs: { prompt: 'demo: sleep 60s', 'timeout-minutes': SOON } });

  expectEnding(result, 'timed_out_canceled');
  expect(result.conclusion).toBe('failure');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
  expect(result.summary).toContain('Raise `timeout-minutes`, or set `on-timeout: leave`.');
});

test.each([
  ['twice', -1, 'timed_out_cancel_failed', 'running'],
  ['once', 1, 'timed_out_canceled', 'canceled'],
] as const)('a cancel that Rebyte refuses %s is told by the reason code', async (_often, often, reason, status) => {
  const refusal = { kind: 'respond', status: 403, code: 'insufficient_scopes', times: often } as const;
  world.rebyte.control.faults.add({ ...refusal, method: 'POST', path: '/v1/tasks/*/cancel' });
  const result = await world.run({ inputs: { prompt: 'demo: sleep 60s', 'timeout-minutes': SOON } });
  world.rebyte.control.faults.clear();

  expectEnding(result, reason, 'cleanup');
  expect(result.steps.find(({ id }) => id === 'run')?.outputs['reason-code']).toBe('timed_out_cancel_failed');
  expect(result.steps.find(({ id }) => id === 'run')?.conclusion).toBe('failure');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status });
});

test('on-timeout: leave lets the task go on, and fail-on decides about the step', async () => {
  const result = await world.run({
    inputs: {
      prompt: 'demo: sleep 60s',
      'timeout-minutes': SOON,
      'on-timeout': 'leave',
      'fail-on': 'failed canceled',
    },
  });

  expectEnding(result, 'timed_out_left');
  expect(result.conclusion).toBe('success');
  expect(result.log).toContain('##[warning]');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'running' });
});

test('wait: false hands over a running task, and a later step collects its result', async () => {
  const started = await world.run({ inputs: { prompt: 'demo: sleep 1s\ndemo: result Later.', wait: 'false' } });

  expectEnding(started, 'not_waited');
  expect(started.conclusion).toBe('success');
  expect(started.outputs['task-url']).toContain(started.outputs['task-id']);
  expect(await world.task(started.outputs['task-id'] ?? '')).toMatchObject({ status: 'running' });

  const { 'task-id': taskId = '', 'workspace-id': workspaceId = '' } = started.outputs;
  const collected = await world.run({ inputs: { 'task-id': taskId, 'workspace-id': workspaceId } });
  expectEnding(collected, 'completed');
  expect(collected.outputs).toMatchObject({ 'task-id': taskId, result: 'Later.', 'workspace-id': workspaceId });
  expect((await world.task(taskId)).prompts).toHaveLength(1);
});

test.each([
  ['failed canceled', 'failure'],
  ['never', 'success'],
  ['lost, timed_out', 'success'],
])('a failed task with fail-on "%s" ends the step with %s', async (failOn, conclusion) => {
  const result = await world.run({ inputs: { prompt: 'demo: fail No luck.', 'fail-on': failOn } });

  expectEnding(result, 'task_failed');
  expect(result.conclusion).toBe(conclusion);
});

test.each([['rbk_e2e_key'], ['']])('a dry run asks nobody for anything, with the key "%s"', async (key) => {
  const [from, calls] = [requestsTo(world).length, world.github.calls.length];
  world.write('edited.txt', 'not pushed\n');
  const result = await world.run({
    inputs: { 'api-key': key, prompt: 'What would be sent?', 'dry-run': 'true', computer: 'nightly', report: 'check' },
  });

  expectEnding(result, 'dry_run');
  expect(result.conclusion).toBe('success');
  expect(result.log).toContain('What would be sent?');
  expect(result.log).toContain('rebyte-changes.bundle');
  expect(requestsTo(world, from)).toEqual([]);
  expect(world.github.calls).toHaveLength(calls);
});
