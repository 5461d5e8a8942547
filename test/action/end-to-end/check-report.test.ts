import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import type { World } from './world.ts';

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutPull();
});

/** Runs a step and returns what it wrote to check runs, oldest first. */
async function checked(inputs: Record<string, string>) {
  const start = world.github.calls.length;
  const result = await observed.run({ inputs: { report: 'check', ...inputs }, github: world.pullRequestEvent() });
  const writes = world.github.calls.slice(start).filter(({ path }) => path.includes('/check-runs'));
  return { result, writes: writes.map(({ method, path, body }) => ({ method, path, body: Object(body) })) };
}

test('a check is in progress on the pull request’s head, then completed', async () => {
  const { result, writes } = await checked({ prompt: 'demo: result All **fine**.' });
  const [created, ...updates] = writes;
  expect(created).toMatchObject({
    method: 'POST',
    body: { name: 'Rebyte', head_sha: world.headSha, status: 'in_progress', external_id: result.outputs['task-id'] },
  });
  expect(updates.at(-1)).toMatchObject({ method: 'PATCH', body: { status: 'completed', conclusion: 'success' } });
  expect(updates.at(-1)?.body.output.summary).toContain('All **fine**.');
  expect(updates.at(-1)?.body.details_url).toBe(result.outputs['task-url']);
  expect(result.outputs['check-url']).toContain('/runs/');
  // A check alone needs nothing of the thread.
  expect(await world.comments()).toEqual([]);
});

test('a failed task fails the check, with the reason in it', async () => {
  const { result, writes } = await checked({ prompt: 'demo: fail It does not compile' });
  expect(result.conclusion).toBe('failure');
  expect(writes.at(-1)?.body).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(writes.at(-1)?.body.output.title).toContain('Failed');
  expect(writes.at(-1)?.body.output.summary).toContain('`task_failed`');
});

test('a task that Rebyte does not take leaves a check that says why', async () => {
  const { result, writes } = await checked({ prompt: 'demo: result ok', branch: 'no-such-branch' });
  expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'rejected' });
  expect(writes).toHaveLength(1);
  expect(writes[0]?.body).toMatchObject({ head_sha: world.headSha, status: 'completed', conclusion: 'failure' });
});

test('nobody waits for a task that is not waited for: its check is neutral', async () => {
  const { result, writes } = await checked({ prompt: 'demo: result ok', wait: 'false' });
  expect(result.outputs).toMatchObject({ status: 'running', 'reason-code': 'not_waited' });
  expect(writes.at(-1)?.body).toMatchObject({ status: 'completed', conclusion: 'neutral' });
});

test('`comment-key` names the check, and several reports go out together', async () => {
  const { result, writes } = await checked({
    prompt: 'demo: result ok',
    report: 'comment, check',
    'comment-key': 'lint',
  });
  expect(writes[0]?.body.name).toBe('Rebyte (lint)');
  expect(result.outputs['comment-url']).toContain('#issuecomment-');
  expect(result.outputs['check-url']).toContain('/runs/');
});

test('on a push the check is on the pushed commit', async () => {
  world.checkOutMain();
  await observed.run({ inputs: { prompt: 'demo: result ok', report: 'check' }, github: world.pushEvent() });
  const created = world.github.calls.findLast(({ method, path }) => method === 'POST' && path.includes('/check-runs'));
  expect(created?.body).toMatchObject({ head_sha: world.mainSha });
});
