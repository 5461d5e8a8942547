import { expect, test } from '@jest/globals';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { handleTrigger } from '../../../../shared/domain/engine/handle-trigger.ts';
import { sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
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
