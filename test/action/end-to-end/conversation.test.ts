import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectEnding, requestsTo, times } from './life.ts';
import { API_KEY, World, type StepOptions } from './world.ts';
import type { ActionResult, GitHubContext } from '../../../emulator/runner/index.ts';

let world: World;
let runs = 0;

beforeAll(async () => {
  world = await World.start();
  world.checkOutPull();
});

afterAll(async () => {
  await world.stop();
  expect(world.github.violations).toEqual([]);
});

/** A run of its own on the pull request. */
function run(prompt: string, inputs: StepOptions['inputs'] = {}): Promise<ActionResult> {
  runs += 1;
  return world.run({ inputs: { prompt, ...inputs }, github: world.pullRequestEvent(), runId: String(6000 + runs) });
}

async function promptsOf({ outputs }: ActionResult): Promise<number> {
  return (await world.task(outputs['task-id'] ?? '')).prompts.length;
}

async function commentsWith(words: string): Promise<number> {
  return (await world.comments()).filter(({ body }) => body.includes(words)).length;
}

test('task-id: auto starts a task, then follows up on it in the same workspace and comment', async () => {
  const auto = { 'task-id': 'auto', 'comment-key': 'talk' };
  const first = await run('demo: write note.txt kept\ndemo: result First.', auto);
  const second = await run('demo: artifact note.csv 10\ndemo: result Second.', auto);

  expectEnding(second, 'completed');
  expect(second.outputs).toMatchObject({
    'task-id': first.outputs['task-id'],
    'workspace-id': first.outputs['workspace-id'],
    result: 'Second.',
  });
  expect(second.outputs['artifacts']).toContain('note.csv');
  expect(await promptsOf(second)).toBe(2);
  expect(await commentsWith('Second.')).toBe(1);
  expect(await commentsWith('First.')).toBe(0);
});

test('task-id: auto goes on with its own workflow’s task, else with another’s, but never past a comment-key', async () => {
  const workflow = (name: string): GitHubContext => ({
    workflow_ref: `acme/api/.github/workflows/${name}.yml@refs/pull/1/merge`,
    job: name,
  });
  const inWorkflow = (name: string, words: string, inputs: StepOptions['inputs'] = {}): Promise<ActionResult> => {
    runs += 1;
    const github = { ...world.pullRequestEvent(), ...workflow(name) };
    return world.run({ inputs: { prompt: `demo: result ${words}`, ...inputs }, github, runId: String(6000 + runs) });
  };
  const auto = { 'task-id': 'auto' };
  const kept = await inWorkflow('private', 'Kept apart.', { 'comment-key': 'private' });
  const review = await inWorkflow('review', 'Reviewed.');
  const command = await inWorkflow('command', 'And so on.', auto);
  expect(command.outputs['task-id']).toBe(review.outputs['task-id']);
  expect(await commentsWith('Reviewed.')).toBe(1);
  expect(await commentsWith('And so on.')).toBe(1);

  const other = await inWorkflow('review', 'Reviewed anew.');
  const again = await inWorkflow('command', 'Still the first.', auto);
  expect(other.outputs['task-id']).not.toBe(review.outputs['task-id']);
  expect(again.outputs['task-id']).toBe(review.outputs['task-id']);

  const apart = await inWorkflow('private', 'Again.', { ...auto, 'comment-key': 'private' });
  expect(apart.outputs['task-id']).toBe(kept.outputs['task-id']);
});

test('a follow-up on a task that still runs waits its turn, and reports its own answer', async () => {
  const auto = { 'task-id': 'auto', 'comment-key': 'busy' };
  const first = await run('demo: sleep 3s\ndemo: result One.', { ...auto, wait: 'false' });
  const second = await run('demo: result Two.', auto);

  expectEnding(second, 'completed');
  expect(second.outputs).toMatchObject({ 'task-id': first.outputs['task-id'], result: 'Two.' });
});

test('when the thread’s last task is gone, task-id: auto says so and starts a new one', async () => {
  const auto = { 'task-id': 'auto', 'comment-key': 'gone' };
  const first = await run('demo: result One.', auto);
  await fetch(`${world.rebyte.url}/tasks/${first.outputs['task-id']}`, { method: 'DELETE', headers: { API_KEY } });
  const second = await run('demo: result Two.', auto);

  expectEnding(second, 'completed');
  expect(second.outputs['task-id']).not.toBe(first.outputs['task-id']);
  expect(second.log).toContain('is gone; starting a new one');
});

test('task-id: auto without a thread is refused before Rebyte is asked', async () => {
  const from = requestsTo(world).length;
  const result = await world.run({ inputs: { prompt: 'demo: result No.', 'task-id': 'auto' } });

  expectEnding(result, 'invalid_input');
  expect(result.log).toContain('this event has no issue or pull request to find a task in');
  expect(requestsTo(world, from)).toEqual([]);
});

test('a computer is created by its name and awaited, then used again', async () => {
  world.rebyte.control.faults.add({ kind: 'provision', ms: 500 });
  const computer = { computer: 'Nightly', 'comment-mode': 'off' };
  const first = await run('demo: result One.', computer);
  const second = await run('demo: result Two.', computer);
  const third = await run('demo: result Three.', { 'workspace-id': first.outputs['workspace-id'] ?? '' });

  for (const result of [first, second, third]) expectEnding(result, 'completed');
  expect(first.log).toContain('Creating the Agent Computer "Nightly"');
  expect(times(world, 'POST /v1/agent-computers')).toBe(1);
  expect(second.outputs['workspace-id']).toBe(first.outputs['workspace-id']);
  expect(third.outputs['workspace-id']).toBe(first.outputs['workspace-id']);
});

test('a computer that cannot be provisioned refuses the run, with Rebyte’s reason and a way out', async () => {
  const tasks = await world.taskCount();
  world.rebyte.control.faults.add({ kind: 'provision', error: 'no capacity left' });
  const result = await run('demo: result No.', { computer: 'Unlucky', 'comment-mode': 'off' });

  expectEnding(result, 'computer_failed');
  expect(result.log).toContain('no capacity left');
  expect(result.summary).toContain('or leave `computer` empty');
  expect(await world.taskCount()).toBe(tasks);
});

test.each([
  ['workspace', { 'workspace-id': '00000000-0000-4000-8000-000000000000' }],
  ['task', { 'task-id': '00000000-0000-4000-8000-000000000000' }],
])('an unknown %s is refused with what to check', async (_what, inputs) => {
  const result = await run('demo: result No.', { ...inputs, 'comment-mode': 'off' });

  expectEnding(result, 'not_found');
  expect(result.summary).toContain('Check the id and which organization the key belongs to.');
});
