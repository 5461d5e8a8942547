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

async function sweepEveryMinute(world: RunWorld, minutes: number): Promise<void> {
  for (let minute = 1; minute <= minutes; minute += 1) {
    world.time.now += HOUR / 60;
    await sweepRuns(world.engine);
  }
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
    world.time.now += 1.5 * HOUR;
    const setting = { byMs: HOUR, id: 'one' };
    await moveDeadlines(killedAt(world, at, 'after'), setting).catch(() => undefined);
    await moveDeadlines(world.engine, setting);
    const after = [(await runOf(world)).deadlineAt, (await runOf(world, 'run-2')).deadlineAt];
    expect(after).toEqual(before.map((deadline) => deadline + HOUR));
  }
});

test.each([
  ['an hour back', -HOUR],
  ['five hours ahead', 5 * HOUR],
])('a clock set %s leaves a run its time and no more than its whole time, told by two replicas', async (_, byMs) => {
  const world = await running();
  world.time.now += HOUR / 2 + byMs;
  for (const id of ['one', 'other']) await moveDeadlines(world.engine, { byMs, id });
  await sweepEveryMinute(world, 29);
  expect(await runOf(world)).toMatchObject({ state: 'running' });
  await sweepEveryMinute(world, 31);
  expect((await runOf(world)).ending).toMatchObject({
    status: 'timed_out',
    message: 'It took longer than the 60 minutes that this repository allows, so the task was canceled.',
  });
});

test('a run that was submitted meanwhile keeps the deadline that it was given by the clock of now', async () => {
  const world = await running();
  const stale = await runOf(world);
  await world.store.update('run-1', { deadlineAt: world.time.now + HOUR / 4 });
  const store = {
    ...world.store,
    open: async function* () {
      yield* [stale];
      await Promise.resolve();
    },
  };
  await moveDeadlines({ ...world.engine, store }, { byMs: -HOUR, id: 'one' });
  expect(await runOf(world)).toMatchObject({ deadlineAt: world.time.now + HOUR / 4 });
});

test('a run that waits for its turn does not fail because the clock was two days ahead for a moment', async () => {
  const world = await running();
  await accept(world, { id: 'run-3' });
  for (const byMs of [48 * HOUR, -48 * HOUR]) {
    world.time.now += byMs;
    for (const id of ['one', 'other']) await moveDeadlines(world.engine, { byMs, id: `${byMs} ${id}` });
    await sweepRuns(world.engine);
    expect(await runOf(world, 'run-3')).toMatchObject({ state: 'acknowledged' });
  }
  world.time.now += 25 * HOUR;
  await sweepRuns(world.engine);
  expect((await runOf(world, 'run-3')).ending).toMatchObject({ reason: 'unavailable' });
});

test('a run that was accepted by a clock two days ahead gets another chance when its job is lost', async () => {
  const world = createRunWorld();
  world.time.now += 48 * HOUR;
  await accept(world);
  world.time.now -= 48 * HOUR;
  await moveDeadlines(world.engine, { byMs: -48 * HOUR, id: 'one' });
  world.time.now += HOUR / 12;
  await sweepRuns(world.engine);
  expect(world.queue).toMatchObject([{ job: { kind: 'submit', runId: 'run-1' } }]);
});
