import { expect, test } from '@jest/globals';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { noteMissedWebhooks, sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { accept, createRunWorld, runOf, work, type RunWorld } from '../engine/run-world.ts';

const MINUTE = 60_000;

async function sweepAfter(world: RunWorld, ms: number): Promise<void> {
  world.time.now += ms;
  await sweepRuns(world.engine);
}

test('a run that has not left gets another chance when its job is lost', async () => {
  const world = createRunWorld();
  await accept(world);
  await sweepAfter(world, MINUTE);
  expect(world.queue).toEqual([]);
  await sweepAfter(world, 2 * MINUTE);
  await work(world);
  expect(await runOf(world)).toMatchObject({ state: 'running' });
});

test('a run that has not left gets its chances ever more seldom, and none before its job is late', async () => {
  const world = createRunWorld();
  await accept(world);
  await noteMissedWebhooks(world.engine);
  const chances: number[] = [];
  for (let halfMinute = 0; halfMinute <= 40; halfMinute += 1) {
    await sweepAfter(world, halfMinute === 0 ? 0 : MINUTE / 2);
    if (world.queue.splice(0).length > 0) chances.push(halfMinute / 2);
  }
  expect(chances).toEqual([2, 3, 4.5, 7, 10.5, 16]);
});

test('a run that has not left is left alone while it waits for its turn', async () => {
  const world = createRunWorld();
  await accept(world, { id: 'run-0' });
  await submitRun(world.engine, 'run-0');
  await accept(world);
  world.queue.length = 0;
  await sweepAfter(world, 5 * MINUTE);
  expect(world.queue).toEqual([]);
});

test('a run that has not left for a day has failed, and says so', async () => {
  const world = createRunWorld();
  await accept(world);
  await sweepAfter(world, 25 * 60 * MINUTE);
  expect((await runOf(world)).ending).toMatchObject({ status: 'failed', reason: 'unavailable' });
});
