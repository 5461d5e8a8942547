import { describe, expect, test } from '@jest/globals';
import { cancelRun } from '../../../../shared/domain/engine/cancel-run.ts';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { accept, aNotice, createRunWorld, KEY, killedAt, runOf, work, type RunWorld } from './run-world.ts';

async function running(): Promise<RunWorld> {
  const world = createRunWorld();
  await accept(world);
  await submitRun(world.engine, 'run-1');
  return world;
}

/** A second prompt of the same task, under way. */
async function followedUp(): Promise<RunWorld> {
  const world = await running();
  world.rebyte.end('task-1');
  await handleNotice(world.engine, 'acme', aNotice(world));
  world.time.now += 600_000;
  await accept(world, { id: 'run-2' });
  await submitRun(world.engine, 'run-2');
  return world;
}

describe("a webhook's end", () => {
  test('settles the run with its result and the artifacts of the workspace, without our key', async () => {
    const world = await running();
    world.rebyte.links = [{ name: 'report.pdf', size: 12 }];
    await handleNotice(world.engine, 'acme', aNotice(world, { result: `The key is ${KEY}.` }));
    expect((await runOf(world)).ending).toEqual({
      status: 'succeeded',
      reason: 'completed',
      message: '',
      result: 'The key is ***.',
      resultSource: 'webhook',
      artifacts: [{ name: 'report.pdf', size: 12 }],
      at: world.time.now,
    });
    expect(world.settled).toEqual(['succeeded completed']);
  });

  test('shows only the artifacts that were not on the Agent Computer before', async () => {
    const world = createRunWorld('computers: [big]');
    world.rebyte.links = [{ name: 'of-another-thread.pdf', size: 1 }];
    await accept(world, { command: { position: 0, verb: 'run', prompt: 'go', flags: { computer: 'big' } } });
    await submitRun(world.engine, 'run-1');
    world.rebyte.links = [...world.rebyte.links, { name: 'ours.pdf', size: 2 }];
    await handleNotice(world.engine, 'acme', aNotice(world));
    expect((await runOf(world)).ending?.artifacts).toEqual([{ name: 'ours.pdf', size: 2 }]);
  });

  test('without a result has it read from the task', async () => {
    const world = await running();
    await handleNotice(world.engine, 'acme', aNotice(world, { result: ' ' }));
    expect((await runOf(world)).ending).toMatchObject({ result: world.rebyte.result, resultSource: 'done' });
  });

  test.each([
    ['cannot be read', new Error('503'), 'Its final text could not be read from Rebyte; it is in the task.'],
    ['is empty', ' ', 'The agent left no final text; what it did is in the task.'],
  ])('whose text %s is reported with where to look', async (_name, answer, message) => {
    const world = await running();
    world.rebyte.resultOf = async () =>
      answer instanceof Error ? await Promise.reject(answer) : await Promise.resolve({ text: answer, source: 'done' });
    await handleNotice(world.engine, 'acme', aNotice(world, { result: '' }));
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded', message });
    await work(world);
    expect(world.github.comments[0]?.body).toContain(message);
  });

  test.each([
    ['failed', 'task_failed'],
    ['canceled', 'task_canceled'],
  ])('that says %s is a reason of ours', async (status, reason) => {
    const world = await running();
    await handleNotice(world.engine, 'acme', aNotice(world, { status }));
    expect((await runOf(world)).ending).toMatchObject({ status, reason });
  });

  test.each(['running', 'pending', 'meditating'])('is none when it says %s', async (status) => {
    const world = await running();
    await handleNotice(world.engine, 'acme', aNotice(world, { status }));
    expect(await runOf(world)).toMatchObject({ state: 'running' });
  });

  test('counts once, whatever comes twice or late', async () => {
    const world = await running();
    await handleNotice(world.engine, 'acme', aNotice(world));
    await handleNotice(world.engine, 'acme', aNotice(world, { status: 'failed' }));
    await handleNotice(world.engine, 'acme', aNotice(world, { status: 'running' }));
    await work(world);
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded' });
    expect(world.settled).toEqual(['succeeded completed']);
  });

  test('about a task of somebody else is forgotten', async () => {
    const world = await running();
    await handleNotice(world.engine, 'acme', aNotice(world, { taskId: 'somebody-elses' }));
    expect(await world.store.read('notice:somebody-elses')).toBeUndefined();
  });

  test("by another account's key says nothing about the run; by the key of all accounts it does", async () => {
    const world = await running();
    await handleNotice(world.engine, 'octo', aNotice(world));
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    await handleNotice(world.engine, '', aNotice(world));
    expect(await runOf(world)).toMatchObject({ state: 'settled' });
  });
});

describe('a task with a follow-up under way', () => {
  test('is settled when its own prompt has ended', async () => {
    const world = await followedUp();
    world.rebyte.end('task-1');
    await handleNotice(world.engine, 'acme', aNotice(world, { result: 'Second answer.' }));
    expect((await runOf(world, 'run-2')).ending).toMatchObject({ status: 'succeeded', result: 'Second answer.' });
  });

  test('is not settled by a late notice about the prompt before', async () => {
    const world = await followedUp();
    const late = aNotice(world);
    await handleNotice(world.engine, 'acme', { ...late, timestamp: late.timestamp - 600 });
    await handleNotice(world.engine, 'acme', late);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'running' });
  });

  test('does not take over an ending that its prompt did not have', async () => {
    const world = await followedUp();
    world.rebyte.end('task-1', 'failed');
    await handleNotice(world.engine, 'acme', aNotice(world, { result: 'First answer.' }));
    expect((await runOf(world, 'run-2')).ending).toMatchObject({ status: 'failed', result: world.rebyte.result });
  });
});

describe('a run that we cancel', () => {
  test('is canceled on Rebyte, and says by whom', async () => {
    const world = await running();
    await cancelRun(world.engine, await runOf(world), 'ada with `/rebyte cancel`');
    expect(world.rebyte.calls).toContain('cancel task-1');
    expect((await runOf(world)).ending).toMatchObject({
      reason: 'task_canceled',
      message: 'Canceled by ada with `/rebyte cancel`.',
    });
  });

  test("keeps our reason when Rebyte's webhook is faster", async () => {
    const world = await running();
    await world.store.update('run-1', { stopping: { reason: 'timed_out_canceled', message: 'Too long.' } });
    await handleNotice(world.engine, 'acme', aNotice(world, { status: 'canceled' }));
    expect((await runOf(world)).ending).toMatchObject({ status: 'timed_out', message: 'Too long.' });
  });

  test('has succeeded when it was faster', async () => {
    const world = await running();
    await world.store.update('run-1', { stopping: { reason: 'task_canceled', message: 'Canceled.' } });
    await handleNotice(world.engine, 'acme', aNotice(world));
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded' });
  });
});

test.each(['before', 'after'] as const)('a process killed %s any call still ends and shows the run', async (when) => {
  async function story(): Promise<RunWorld> {
    const world = await running();
    await work(world);
    world.queue.push({ job: { kind: 'notice', account: 'acme', notice: aNotice(world) }, options: { lane: 'n' } });
    return world;
  }
  const calm = await story();
  const counted = killedAt(calm, Infinity, when);
  await work(calm, counted);
  const writes = calm.github.writes.length;
  for (let at = 1; at <= counted.calls(); at += 1) {
    const world = await story();
    // What only helps, such as the list of artifacts, may be missing; the run may not.
    await work(world, killedAt(world, at, when)).catch(() => undefined);
    await work(world);
    expect(await runOf(world)).toMatchObject({ state: 'settled', report: { shown: 'completed' } });
    expect(world.github.comments).toHaveLength(1);
    expect(world.github.writes.length).toBeLessThanOrEqual(writes + 2);
  }
});
