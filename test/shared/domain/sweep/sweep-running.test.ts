import { describe, expect, test } from '@jest/globals';
import { moveDeadlines } from '../../../../shared/domain/engine/move-deadlines.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { noteMissedWebhooks, sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { accept, createRunWorld, runOf, type RunWorld } from '../engine/run-world.ts';

const MINUTE = 60_000;

/** With a run that is allowed 60 minutes, and was submitted now. */
async function running(): Promise<RunWorld> {
  const world = createRunWorld();
  await accept(world);
  await submitRun(world.engine, 'run-1');
  return world;
}

async function sweepAfter(world: RunWorld, ms: number): Promise<void> {
  world.time.now += ms;
  await sweepRuns(world.engine);
}

async function sweepEveryMinute(world: RunWorld, minutes: number): Promise<void> {
  for (let minute = 1; minute <= minutes; minute += 1) await sweepAfter(world, MINUTE);
}

async function fail(): Promise<never> {
  return await Promise.reject(new Error('Rebyte is down.'));
}

describe('a run past its deadline', () => {
  test('that cannot be canceled is tried again, and given up after an hour of that', async () => {
    const world = await running();
    world.rebyte.cancel = fail;
    await sweepAfter(world, 61 * MINUTE);
    expect(await runOf(world)).toMatchObject({ state: 'running', stopping: { reason: 'timed_out_canceled' } });
    expect(world.log.join('\n')).toContain('Rebyte is down.');
    await sweepEveryMinute(world, 59);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    await sweepAfter(world, MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });

  test.each(['an answer', 'a key'])(
    'is not given up for hours in which nobody asked, when %s is missing at first',
    async (what) => {
      const world = await running();
      world.rebyte.end('task-1');
      const getTask = world.rebyte.getTask.bind(world.rebyte);
      if (what === 'a key') world.key = false;
      else world.rebyte.getTask = fail;
      await sweepAfter(world, 3 * 60 * MINUTE);
      expect(await runOf(world)).toMatchObject({ state: 'running' });
      await sweepAfter(world, 3 * 60 * MINUTE);
      expect(await runOf(world)).toMatchObject({ state: 'running' });
      world.key = true;
      world.rebyte.getTask = getTask;
      await sweepAfter(world, MINUTE);
      expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded' });
    },
  );

  test('is not given up within minutes, however often it is looked after', async () => {
    const world = await running();
    world.rebyte.cancel = fail;
    await sweepAfter(world, 61 * MINUTE);
    for (let start = 1; start <= 60; start += 1) {
      world.time.now += 5_000;
      await noteMissedWebhooks(world.engine);
      await sweepRuns(world.engine);
    }
    expect(world.rebyte.calls.filter((call) => call === 'get task-1')).toHaveLength(61);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
  });

  test('has its whole hour again once a look was not in vain', async () => {
    const world = await running();
    const getTask = world.rebyte.getTask.bind(world.rebyte);
    world.rebyte.getTask = fail;
    await sweepAfter(world, 61 * MINUTE);
    await sweepEveryMinute(world, 59);
    await moveDeadlines(world.engine, { byMs: 120 * MINUTE, id: 'one' });
    world.rebyte.getTask = getTask;
    await sweepAfter(world, 10 * MINUTE);
    world.rebyte.getTask = fail;
    await sweepEveryMinute(world, 50 + 59);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    await sweepEveryMinute(world, 10);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });
});
