import { describe, expect, test } from '@jest/globals';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { noteMissedWebhooks, sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { AgentUnavailable } from '../../../../shared/ports/agent.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
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

describe('a run whose job fails', () => {
  const refused = new Error('connect ECONNREFUSED');
  const faults = [
    ['Rebyte', (world: RunWorld) => void (world.rebyte.createTask = async () => await Promise.reject(refused))],
    ['GitHub', (world: RunWorld) => void (world.github.readFile = async () => await Promise.reject(refused))],
  ] as const;

  interface Trying {
    /** In minutes. */
    readonly for: number;
    /** Whether its queue tries it in this minute. */
    readonly at: (minute: number, lastChance: number | undefined) => boolean;
  }

  /** The minutes in which the sweep added a job. */
  async function chances(world: RunWorld, trying: Trying): Promise<number[]> {
    const found: number[] = [];
    for (let halfMinute = 0; halfMinute <= 2 * trying.for; halfMinute += 1) {
      if (trying.at(halfMinute / 2, found.at(-1))) await expect(submitRun(world.engine, 'run-1')).rejects.toThrow();
      if ((await runOf(world)).state === 'settled') return found;
      await sweepAfter(world, 0);
      if (world.queue.splice(0).some(({ job }) => job.kind === 'submit')) found.push(halfMinute / 2);
      world.time.now += MINUTE / 2;
    }
    return found;
  }

  test.each(faults)('at %s is left alone while its queue tries it again', async (_, harm) => {
    const world = createRunWorld();
    await accept(world, { trigger: aTrigger({ isPullRequest: true }) });
    harm(world);
    expect(await chances(world, { for: 120, at: (minute) => minute === 1 || minute % 10 === 0 })).toEqual([]);
  });

  test.each(faults)('at %s gets another when it was set aside, and ever more seldom', async (_, harm) => {
    const world = createRunWorld();
    await accept(world);
    harm(world);
    // Set aside at the first failure, half a minute after it was added.
    const at = (minute: number, chance = -0.5): boolean => minute === chance + 0.5;
    const found = await chances(world, { for: 12 * 60, at });
    expect([found.length, found.slice(0, 4)]).toEqual([9, [15, 30.5, 46.5, 70.5]]);
  });

  test('has failed after a day, however often it is tried', async () => {
    const world = createRunWorld();
    await accept(world);
    faults[0][1](world);
    await chances(world, { for: 25 * 60, at: (minute) => minute % 10 === 0 });
    const { ending, createdAt } = await runOf(world);
    expect(ending).toMatchObject({ status: 'failed', reason: 'unavailable', at: createdAt + 24 * 60 * MINUTE });
  });

  const inAnHour = 60 * MINUTE;
  test.each([
    ['is to come later', new TryLater('The limit of the hour is used up.', inAnHour)],
    ['was told when', new AgentUnavailable('429', { retryAfterMs: inAnHour })],
  ])('because it %s is left alone until then', async (_, later) => {
    const world = createRunWorld();
    await accept(world);
    world.github.readFile = async () => await Promise.reject(later);
    expect(await chances(world, { for: 74, at: (minute) => minute === 0 })).toEqual([]);
  });
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

test('a run that leaves while it is given up after a day does not run on unreported', async () => {
  const world = createRunWorld();
  await accept(world);
  world.time.now += 25 * 60 * MINUTE;
  let submitting: Promise<void> | undefined;
  let answer = (): void => undefined;
  const leaving = new Promise<void>((leave) => {
    world.rebyte.meanwhile = async () => {
      leave();
      await new Promise<void>((resolve) => (answer = resolve));
    };
  });
  const get = async (id: string): Promise<RunRecord | undefined> => {
    const seen = await world.store.get(id);
    submitting ??= submitRun(world.engine, id);
    await leaving;
    return seen;
  };
  await sweepRuns({ ...world.engine, store: { ...world.store, get } });
  expect(await runOf(world)).toMatchObject({ state: 'submitting', stopping: { reason: 'unavailable' } });
  answer();
  await submitting;
  expect((await runOf(world)).ending).toMatchObject({ reason: 'unavailable' });
  expect(world.rebyte.calls).toContain('cancel task-1');
});
