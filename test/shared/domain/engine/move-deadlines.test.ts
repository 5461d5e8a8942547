import { expect, test } from '@jest/globals';
import { moveDeadlines } from '../../../../shared/domain/engine/move-deadlines.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { accept, createRunWorld, killedAt, runOf, type RunWorld } from './run-world.ts';

const HOUR = 3_600_000;

async function running(): Promise<RunWorld> {
  const world = createRunWorld();
  for (const id of ['run-1', 'run-2']) {
    await accept(world, { id, command: { position: 0, verb: 'run', prompt: 'tidy up', flags: { new: true } } });
    await submitRun(world.engine, id);
  }
  return world;
}

test('a run is not canceled because the clock was set past its deadline', async () => {
  const world = await running();
  world.time.now += 5 * HOUR;
  await moveDeadlines(world.engine, { byMs: 5 * HOUR, id: 'one' });
  await sweepRuns(world.engine);
  expect(await runOf(world)).toMatchObject({ state: 'running' });
  world.time.now += HOUR;
  await sweepRuns(world.engine);
  expect((await runOf(world)).ending).toMatchObject({ status: 'timed_out' });
});

test('each deadline moves once, wherever the process is killed in between', async () => {
  for (let at = 1; at <= 3; at += 1) {
    const world = await running();
    const before = [(await runOf(world)).deadlineAt ?? 0, (await runOf(world, 'run-2')).deadlineAt ?? 0];
    const setting = { byMs: -HOUR, id: 'one' };
    await moveDeadlines(killedAt(world, at, 'after'), setting).catch(() => undefined);
    await moveDeadlines(world.engine, setting);
    const after = [(await runOf(world)).deadlineAt, (await runOf(world, 'run-2')).deadlineAt];
    expect(after).toEqual(before.map((deadline) => deadline - HOUR));
  }
});
