import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { becomes, expectEnding, faultsStrike } from './life.ts';
import { World, type StepOptions } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

let world: World;
let runs = 0;

beforeAll(async () => {
  world = await World.start();
  world.checkOutMain();
});

afterAll(async () => {
  await world.stop();
  expect(world.github.violations).toEqual([]);
});

beforeEach(() => {
  world.rebyte.control.faults.clear();
});

/** A run of its own: no other one's task can be taken for its own. */
function run(prompt: string, inputs: StepOptions['inputs'] = {}): Promise<ActionResult> {
  runs += 1;
  return world.run({ inputs: { prompt, ...inputs }, runId: String(7000 + runs) });
}

const BAD_GATEWAY = {
  kind: 'respond',
  status: 502,
  body: '<html><h1>502 Bad Gateway</h1></html>',
} as const;

test.each([
  [401, 'invalid_api_key', 'invalid_api_key', 'Make a new key and update the secret.'],
  [403, 'insufficient_scopes', 'insufficient_scopes', 'Use a key that may do what the message names.'],
  [403, 'agent_disabled', 'agent_disabled', 'Choose another `executor` or have it enabled.'],
  [400, 'limit_exceeded', 'limit_exceeded', 'Free what the message names, or raise the limit.'],
  [400, 'validation_error', 'rejected', 'Mend the field that the message names.'],
  [404, 'not_found', 'not_found', 'Check the id and which organization the key belongs to.'],
  [418, 'brand_new_code', 'rejected', 'Mend the field that the message names.'],
] as const)('%i %s when the task is created ends as %s, with a remedy', async (status, code, reason, remedy) => {
  const fault = { kind: 'respond', method: 'POST', path: '/v1/tasks', message: 'Rebyte said this.' } as const;
  world.rebyte.control.faults.add({ ...fault, status, code });
  const result = await run('demo: result No.');

  expectEnding(result, reason);
  expect(result.conclusion).toBe('failure');
  expect(result.log).toContain('Rebyte said this.');
  expect(result.log).toContain(remedy);
  expect(await world.taskCount()).toBe(0);
});

test('500 when the task is created leaves it in doubt, and is not tried again', async () => {
  const fault = { kind: 'respond', method: 'POST', path: '/v1/tasks', message: 'VM trouble.' } as const;
  world.rebyte.control.faults.add({ ...fault, status: 500, code: 'internal_error' });
  const result = await run('demo: result No.', { 'timeout-minutes': '0.034' });

  expectEnding(result, 'submit_in_doubt');
  expect(result.log).toContain('VM trouble.');
  expect(await world.taskCount()).toBe(0);
});

test('an answer that is not JSON does not lose the task it tells of', async () => {
  const fault = { kind: 'respond', method: 'POST', path: '/v1/tasks', when: 'after' } as const;
  world.rebyte.control.faults.add({ ...fault, status: 201, body: 'oops', contentType: 'application/json' });
  const result = await run('demo: result Found.');

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('Found.');
});

test('a stream that is cut again and again shows everything once', async () => {
  world.rebyte.control.faults.add({ kind: 'stream', how: 'cut', afterEvents: 2, times: 2 });
  const said = ['one!', 'two!', 'three!'];
  const says = said.map((word) => `demo: say ${word.replace('!', '\\x21\\n')}`);
  const result = await run([...says, 'demo: sleep 3s', 'demo: result End.'].join('\n'));

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('End.');
  expect(result.log).not.toContain('missing here');
  for (const words of said) expect(result.log.split('\n').filter((line) => line === words)).toHaveLength(1);
});

test('output that came while the connection was down is missed aloud, and the result is whole', async () => {
  const { faults } = world.rebyte.control;
  faults.add({ kind: 'stream', how: 'cut', afterEvents: 1 });
  runs += 1;
  const prompt = 'demo: sleep 3s\ndemo: say Unheard\\x21\\n\ndemo: result End.';
  const step = world.start({ inputs: { prompt }, runId: String(7000 + runs) });
  await faultsStrike(world);
  // Until the agent has said it, nobody can listen.
  faults.add({ ...BAD_GATEWAY, path: '/v1/tasks/*/events', times: -1 });
  await becomes(async () => (await world.lastTask()).status === 'completed');
  faults.clear();
  const result = await step.finished;

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('End.');
  expect(result.log).not.toContain('Unheard!');
  expect(result.log).toContain("Some of the agent's output is missing here");
  expect(result.summary).toContain('output is missing here');
});

test('a proxy in trouble delays the result', async () => {
  world.rebyte.control.faults.add({ ...BAD_GATEWAY, method: 'GET', path: '/v1/tasks/*', times: 3 });
  const result = await run('demo: result End.');

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('End.');
});

test.each([
  ['a proxy’s page with status 200', { ...BAD_GATEWAY, status: 200 }],
  ['JSON that is cut off', { ...BAD_GATEWAY, status: 200, body: '{"id":', contentType: 'application/json' }],
])('%s instead of the status does not end the wait', async (_what, fault) => {
  world.rebyte.control.faults.add(
    { kind: 'respond', status: 404, code: 'not_found', message: 'No stream.', path: '/v1/tasks/*/events', times: -1 },
    { ...fault, method: 'GET', path: '/v1/tasks/*', times: 2 },
  );
  const result = await run('demo: result End.');

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('End.');
});

test('a stream that went silent does not keep the time limit from canceling', async () => {
  world.rebyte.control.faults.add({ kind: 'stream', how: 'stall', afterEvents: 1 });
  const result = await run('demo: say hello\ndemo: sleep 60s', { 'timeout-minutes': '0.034' });

  expectEnding(result, 'timed_out_canceled');
  expect(await world.task(result.outputs['task-id'] ?? '')).toMatchObject({ status: 'canceled' });
});

test.each([
  ['is missing where it belongs', { kind: 'result', how: 'missing' }],
  ['comes after the status', { kind: 'result', how: 'late', ms: 500 }],
] as const)('a final text that %s is found', async (_how, fault) => {
  world.rebyte.control.faults.add(fault);
  // Whoever comes after the end gets no events, so the agent waits for its listener.
  const result = await run('demo: sleep 1s\ndemo: say The answer.\ndemo: result The answer.');

  expectEnding(result, 'completed');
  expect(result.outputs['result']).toBe('The answer.');
  expect(result.summary).toContain('Result taken from');
});

test('a key that is revoked while the agent works leaves the outcome unknown, not the task refused', async () => {
  world.rebyte.control.faults.add(
    { kind: 'stream', how: 'cut', afterEvents: 0 },
    {
      kind: 'respond',
      status: 401,
      code: 'invalid_api_key',
      message: 'Revoked.',
      method: 'GET',
      path: '/v1/tasks/*',
      times: -1,
    },
  );
  const result = await run('demo: say hello\ndemo: sleep 1s');

  expectEnding(result, 'lost');
  expect(result.log).toContain('Revoked.');
  expect(result.summary).toContain('Look at it at `task-url`.');
  expect(result.outputs['task-url']).not.toBe('');
});
