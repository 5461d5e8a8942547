import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectEnding, invalidRequests } from './life.ts';
import { World, type StepOptions } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

let world: World;

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

/** One attempt of a job on the pull request. */
function attempt(runAttempt: number, runId: string, step: StepOptions): Promise<ActionResult> {
  const github = { ...world.pullRequestEvent(), run_attempt: String(runAttempt) };
  return world.run({ ...step, runId, github, inputs: { 'comment-key': runId, ...step.inputs } });
}

const LEAVE = { 'timeout-minutes': '0.034', 'on-timeout': 'leave' };

test.each([
  ['in the comment', '4001', {}],
  ['on Rebyte, when there is no comment', '4002', { 'comment-mode': 'off' }],
])('a re-run attaches to the task that still runs, found %s', async (_where, runId, inputs) => {
  const before = await world.taskCount();
  const prompt = 'demo: sleep 4s\ndemo: result Once.';
  const first = await attempt(1, runId, { inputs: { prompt, ...LEAVE, ...inputs } });
  const second = await attempt(2, runId, { inputs: { prompt, ...inputs } });

  expectEnding(first, 'timed_out_left');
  expectEnding(second, 'completed');
  expect(second.outputs).toMatchObject({ result: 'Once.', 'task-id': first.outputs['task-id'] });
  expect(second.log).toContain('Attached to the task that an earlier attempt of this job started');
  expect(await world.taskCount()).toBe(before + 1);
});

test('a re-run reports a task that has succeeded again, though GitHub does not show the comments', async () => {
  const before = await world.taskCount();
  const first = await attempt(1, '4010', { inputs: { prompt: 'demo: result Once.' } });
  world.github.fail({ method: 'GET', path: /\/issues\/1\/comments/, status: 403, body: { message: 'No.' }, times: 1 });
  const second = await attempt(2, '4010', { inputs: { prompt: 'demo: result Once.' } });

  expectEnding(second, 'completed');
  expect(second.outputs).toMatchObject({ result: 'Once.', 'task-id': first.outputs['task-id'] });
  expect(second.log).toContain('The comments could not be searched');
  expect(await world.taskCount()).toBe(before + 1);
});

test.each([
  ['a failed task', '4021', 'demo: fail No luck.', {}],
  ['a canceled task', '4022', 'demo: sleep 60s', { 'timeout-minutes': '0.034' }],
  ['a succeeded task, with task-id: new', '4023', 'demo: result Done.', { 'task-id': 'new' }],
])('a re-run after %s starts a new one', async (_what, runId, prompt, inputs) => {
  const first = await attempt(1, runId, { inputs: { prompt, ...inputs } });
  const second = await attempt(2, runId, { inputs: { prompt, ...inputs } });

  expect(second.outputs['reason-code']).toBe(first.outputs['reason-code']);
  expect(second.outputs['task-id']).not.toBe(first.outputs['task-id']);
});

test('the legs of a matrix do not attach to each other’s tasks, nor do other runs', async () => {
  const inputs = { prompt: 'demo: result Done.', 'comment-mode': 'off' };
  const first = await attempt(1, '4030', { inputs });
  const [leg, other] = await Promise.all([attempt(2, '4030', { inputs, jobIndex: 1 }), attempt(2, '4031', { inputs })]);

  const ids = [first, leg, other].map(({ outputs }) => outputs['task-id']);
  expect(new Set(ids).size).toBe(3);
});

test('a re-run reports its own answer, though somebody has followed up on the task since', async () => {
  const first = await attempt(1, '4040', { inputs: { prompt: 'demo: result Mine.', 'comment-mode': 'new' } });
  const taskId = first.outputs['task-id'] ?? '';
  await attempt(1, '4041', { inputs: { prompt: 'demo: result Theirs.', 'task-id': taskId } });
  const again = await attempt(2, '4040', { inputs: { prompt: 'demo: result Mine.', 'comment-mode': 'new' } });

  expectEnding(again, 'completed');
  expect(again.outputs).toMatchObject({ 'task-id': taskId, result: 'Mine.' });
  expect((await world.task(taskId)).prompts).toHaveLength(2);
});
