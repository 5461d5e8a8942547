import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Engine } from '../../../../shared/domain/engine/engine.ts';
import { sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { accept, createRunWorld, type RunWorld } from '../engine/run-world.ts';

/** With far more runs that have ended unheard than these tests can look after. */
async function behind(): Promise<RunWorld> {
  const world = createRunWorld();
  for (let each = 1; each <= 400; each += 1) {
    const taskId = `task-${each}`;
    const prompts = [{ id: `prompt-${each}`, text: '', status: 'succeeded' }];
    world.rebyte.tasks.push({ id: taskId, request: { prompt: '' }, createdAt: world.time.now, prompts });
    const sent = { state: 'running', taskId, workspaceId: `workspace-${each}`, submittedAt: world.time.now } as const;
    await accept(world, { id: `run-${each}`, ...sent });
  }
  world.time.now += 60_000;
  return world;
}

/** Calls of each sweep that begins so many milliseconds after the first. */
async function callsOf(world: RunWorld, starts: readonly number[]): Promise<number[]> {
  const first = world.time.now;
  const calls: number[] = [];
  for (const start of starts) {
    world.time.now = first + start;
    world.rebyte.calls.length = 0;
    await sweepRuns(world.engine);
    calls.push(world.rebyte.calls.length);
  }
  return calls;
}

test('sweeps of two replicas make no more calls in a minute together than those of one', async () => {
  const quarters = Array.from({ length: 16 }, (_, quarter) => quarter * 15_000);
  const calls = await callsOf(await behind(), quarters);
  const minutes = quarters.slice(3).map((_, last) => calls.slice(last, last + 4).reduce((sum, each) => sum + each, 0));
  expect(Math.max(...minutes)).toBeLessThanOrEqual(120);
  expect(Math.min(...minutes)).toBeGreaterThanOrEqual(100);
});

test('of sweeps every half minute each has its calls, though one begins late', async () => {
  const calls = await callsOf(await behind(), [0, 30_900, 60_000, 90_000]);
  expect(Math.min(...calls)).toBeGreaterThanOrEqual(50);
});

/** Whose every question takes as many requests as `costs` says. */
function asking(world: RunWorld, costs: () => number): Engine {
  let requests = 0;
  const agent = new Proxy(world.rebyte, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        requests += name === 'listTasks' ? 1 : costs();
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { ...world.engine, sweeping: { agentFor: () => agent, requests: () => requests } };
}

/** The most that were made in a minute of sweeps every half minute, and how many were settled in all. */
async function busiestMinute(world: RunWorld, engine: Engine): Promise<{ most: number; settled: number }> {
  const made: number[] = [];
  for (let sweep = 0; sweep < 6; sweep += 1) {
    const before = engine.sweeping?.requests() ?? 0;
    await sweepRuns(engine);
    made.push((engine.sweeping?.requests() ?? 0) - before);
    world.time.now += 30_000;
  }
  return { most: Math.max(...made.slice(1).map((each, last) => each + made[last]!)), settled: world.settled.length };
}

test('what is really asked is counted, however much a look takes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 4 })), async (costs) => {
      const world = await behind();
      const { most, settled } = await busiestMinute(
        world,
        asking(world, () => costs.next().value),
      );
      expect(most).toBeLessThanOrEqual(120);
      expect(settled).toBeGreaterThanOrEqual(20);
    }),
    { numRuns: 10 },
  );
});

test('runs that go on cost one request each, so that three times as many are asked after', async () => {
  const world = await behind();
  for (const task of world.rebyte.tasks) task.prompts[0]!.status = 'running';
  world.time.now += 10 * 60_000;
  world.rebyte.calls.length = 0;
  await sweepRuns(asking(world, () => 1));
  expect(world.rebyte.calls.filter((call) => call.startsWith('get ')).length).toBeGreaterThanOrEqual(40);
  expect(world.rebyte.calls.length).toBeLessThanOrEqual(60);
});

test('a clock that was set back costs no sweep its calls', async () => {
  const calls = await callsOf(await behind(), [120_000, 120_001, 120_002, 60_000]);
  expect(calls.map((each) => each > 50)).toEqual([true, true, false, true]);
});
