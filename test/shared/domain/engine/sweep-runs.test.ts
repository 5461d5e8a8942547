import { describe, expect, test } from '@jest/globals';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { accept, createRunWorld, runOf, work, type RunWorld } from './run-world.ts';

const MINUTE = 60_000;

async function running(runs = 1): Promise<RunWorld> {
  const world = createRunWorld();
  for (let each = 1; each <= runs; each += 1) {
    const command = { position: 0, verb: 'run' as const, prompt: 'tidy up', flags: { new: true } };
    await accept(world, { id: `run-${each}`, command });
    await submitRun(world.engine, `run-${each}`);
  }
  world.rebyte.calls.length = 0;
  return world;
}

async function sweepAfter(world: RunWorld, ms: number): Promise<void> {
  world.time.now += ms;
  await sweepRuns(world.engine);
}

describe('a running run', () => {
  test('whose webhook got lost is settled with the result that the task tells', async () => {
    const world = await running();
    world.rebyte.end('task-1');
    await sweepAfter(world, MINUTE);
    expect((await runOf(world)).ending).toMatchObject({
      status: 'succeeded',
      result: world.rebyte.result,
      resultSource: 'done',
    });
  });

  test('is asked after ever more seldom', async () => {
    const world = await running();
    const asked: number[] = [];
    for (let halfMinute = 1; halfMinute <= 60; halfMinute += 1) {
      const before = world.rebyte.calls.length;
      await sweepAfter(world, MINUTE / 2);
      if (world.rebyte.calls.length > before) asked.push(halfMinute / 2);
    }
    expect(asked).toEqual([1, 2, 3, 4.5, 7, 10.5, 16, 24]);
  });

  test('is one of at most twenty that are asked after at once, and none is forgotten', async () => {
    const world = await running(30);
    await sweepAfter(world, MINUTE);
    expect(world.rebyte.calls).toHaveLength(20);
    await sweepAfter(world, MINUTE / 2);
    expect(new Set(world.rebyte.calls).size).toBe(30);
  });

  test('past its deadline is canceled and has timed out', async () => {
    const world = await running();
    await sweepAfter(world, 59 * MINUTE);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    await sweepAfter(world, 2 * MINUTE);
    expect(world.rebyte.calls).toContain('cancel task-1');
    expect((await runOf(world)).ending).toMatchObject({
      status: 'timed_out',
      message: 'It took longer than the 60 minutes that this repository allows, so the task was canceled.',
    });
  });

  test('that ended just before its deadline was seen has succeeded', async () => {
    const world = await running();
    world.rebyte.end('task-1');
    await sweepAfter(world, 61 * MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded' });
  });

  test('whose task is gone is lost, and says so', async () => {
    const world = await running();
    world.rebyte.tasks = [];
    await sweepAfter(world, MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });

  test('that cannot be canceled is tried again, and given up an hour later', async () => {
    const world = await running();
    world.rebyte.cancel = async () => await Promise.reject(new Error('Rebyte is down.'));
    await sweepAfter(world, 61 * MINUTE);
    expect(await runOf(world)).toMatchObject({ state: 'running', stopping: { reason: 'timed_out_canceled' } });
    expect(world.log.join('\n')).toContain('Rebyte is down.');
    await sweepAfter(world, 60 * MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });

  test('does not suffer from the faults of another', async () => {
    const world = await running(2);
    const get = world.rebyte.getTask.bind(world.rebyte);
    world.rebyte.getTask = async (id) => (id === 'task-1' ? await Promise.reject(new Error('503')) : await get(id));
    world.rebyte.end('task-2');
    await sweepAfter(world, MINUTE);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'settled' });
  });
});

describe('a run that has not left', () => {
  test('gets another chance when its job is lost', async () => {
    const world = createRunWorld();
    await accept(world);
    await sweepAfter(world, MINUTE);
    expect(world.queue).toEqual([]);
    await sweepAfter(world, 2 * MINUTE);
    await work(world);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
  });

  test('is left alone while it waits for its turn', async () => {
    const world = createRunWorld();
    await accept(world, { id: 'run-0' });
    await submitRun(world.engine, 'run-0');
    await accept(world);
    world.queue.length = 0;
    await sweepAfter(world, 5 * MINUTE);
    expect(world.queue).toEqual([]);
  });

  test('for a day has failed, and says so', async () => {
    const world = createRunWorld();
    await accept(world);
    await sweepAfter(world, 25 * 60 * MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'failed', reason: 'unavailable' });
  });
});
