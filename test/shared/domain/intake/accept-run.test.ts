import { expect, test } from '@jest/globals';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { handleTrigger } from '../../../../shared/domain/engine/handle-trigger.ts';
import { sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import { aNotice, createRunWorld, work, type RunWorld } from '../engine/run-world.ts';

async function lastRun(world: RunWorld): Promise<RunRecord | undefined> {
  return await world.store.lastInThread(aTrigger().thread);
}

test('a run that was sent while GitHub was slow to take the reaction stays sent, and its end is heard', async () => {
  const world = createRunWorld();
  const { github } = world;
  const react = github.react.bind(github);
  github.react = async (...args) => {
    github.react = react;
    world.time.now += 3 * 60_000;
    await sweepRuns(world.engine);
    await work(world);
    expect(await lastRun(world)).toMatchObject({ state: 'running', taskId: 'task-1' });
    await react(...args);
  };
  await handleTrigger(world.engine, aTrigger());
  expect(await lastRun(world)).toMatchObject({ state: 'running' });
  await handleNotice(world.engine, 'acme', aNotice(world));
  await work(world);
  expect((await lastRun(world))?.ending).toMatchObject({ status: 'succeeded' });
  expect([world.rebyte.tasks, world.github.comments]).toMatchObject([{ length: 1 }, { length: 1 }]);
});

test.each([
  ['GitHub refuses it', new ForgeError('Forbidden', { method: 'POST', path: '/reactions', status: 403 })],
  ["GitHub's limit of the hour is reached", new TryLater('It would pass the limit.', 52 * 60_000, { holdsLane: true })],
])('a run leaves without its reaction when %s', async (_, error) => {
  const world = createRunWorld();
  world.github.react = async () => await Promise.reject(error);
  await handleTrigger(world.engine, aTrigger());
  expect(await lastRun(world)).toMatchObject({ state: 'acknowledged' });
  expect(world.log.join()).toContain(`Could not react: ${error.message}`);
  await work(world);
  expect(await lastRun(world)).toMatchObject({ state: 'running', taskId: 'task-1' });
});
