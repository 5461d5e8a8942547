import { describe, expect, test } from '@jest/globals';
import { array, assert, asyncProperty, integer, record } from 'fast-check';
import { createMemoryStore } from '../../../../app/memory/memory-store.ts';
import { redeliverMissed } from '../../../../shared/domain/engine/redeliver-missed.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { FakeDeliveries } from '../redelivery/fake-deliveries.ts';
import { createRunWorld, NOW, type RunWorld } from './run-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Looking {
  readonly world: RunWorld;
  readonly deliveries: FakeDeliveries;
  /** Looks once; whether another look was asked for. */
  readonly look: (afterMs?: number) => Promise<boolean>;
}

function looking(): Looking {
  const world = createRunWorld();
  const deliveries = new FakeDeliveries();
  const look = async (afterMs = 0): Promise<boolean> => {
    world.time.now += afterMs;
    try {
      await redeliverMissed({ ...world.engine, deliveries });
      return false;
    } catch (error) {
      if (!(error instanceof TryLater)) throw error;
      return true;
    }
  };
  return { world, deliveries, look };
}

function refusal(status?: number): ForgeError {
  return new ForgeError(`GitHub refused with ${status}.`, {
    method: 'GET',
    path: '/app/hook/deliveries',
    ...(status !== undefined && { status }),
  });
}

describe('what GitHub could not deliver', () => {
  test('is asked for once, oldest first, by its newest attempt', async () => {
    const { deliveries, look } = looking();
    deliveries.add('first', 502, { at: NOW - 30 * MINUTE_MS });
    deliveries.add('second', 503, { at: NOW - 20 * MINUTE_MS });
    const again = deliveries.add('first', 503, { at: NOW - 10 * MINUTE_MS });
    expect(await look()).toBe(false);
    expect(deliveries.asked).toEqual([again, 2]);
    await look(5 * MINUTE_MS);
    expect(deliveries.asked).toHaveLength(2);
  });

  test('is not asked for when any attempt brought it, when it is too large, and when it is nothing to us', async () => {
    const { deliveries, look } = looking();
    deliveries.add('came', 500, { at: NOW - 3 * MINUTE_MS });
    deliveries.add('came', 202, { at: NOW - 2 * MINUTE_MS });
    deliveries.add('large', 413, { at: NOW - 2 * MINUTE_MS });
    deliveries.add('a star', 500, { at: NOW - MINUTE_MS, matters: false });
    await look();
    expect(deliveries.asked).toEqual([]);
  });

  test.each([0, 301, 400, 401, 404, 429, 500, 502, 504])('counts as missed with status %d', async (status) => {
    const { deliveries, look } = looking();
    deliveries.add('one', status, { at: NOW });
    await look();
    expect(deliveries.asked).toHaveLength(1);
  });

  test('is asked for three times, with growing pauses, and then given up aloud', async () => {
    const { world, deliveries, look } = looking();
    const askedAt: number[] = [];
    deliveries.add('one', 500, { at: NOW });
    for (let minutes = 0; minutes <= 12 * 60; minutes += 5) {
      const before = deliveries.asked.length;
      await look(minutes === 0 ? 0 : 5 * MINUTE_MS);
      if (deliveries.asked.length === before) continue;
      askedAt.push(minutes);
      deliveries.add('one', 500, { at: world.time.now });
    }
    expect(askedAt).toEqual([0, 15, 15 + 8 * 60]);
    expect(deliveries.asked).toEqual([1, 2, 3]);
    const told = world.log.filter((line) => line.startsWith('error'));
    expect(told).toEqual([expect.stringContaining('asked for 3 times in vain')]);
  });

  test('is not asked for again when the redelivery came', async () => {
    const { world, deliveries, look } = looking();
    deliveries.add('one', 500, { at: NOW });
    await look();
    deliveries.add('one', 202, { at: world.time.now + MINUTE_MS });
    for (let looks = 0; looks < 40; looks += 1) await look(30 * MINUTE_MS);
    expect(deliveries.asked).toEqual([1]);
    expect(world.log.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('is left alone when it is older than the three days that GitHub keeps it', async () => {
    const { deliveries, look } = looking();
    deliveries.add('old', 500, { at: NOW - 3 * DAY_MS - 1 });
    deliveries.add('young', 500, { at: NOW - 3 * DAY_MS + 1 });
    await look();
    expect(deliveries.asked).toEqual([2]);
  });

  test('is asked for fifty at a time, oldest first, and more of it in a minute', async () => {
    const { deliveries, look } = looking();
    for (let index = 0; index < 120; index += 1) deliveries.add(`guid-${index}`, 502, { at: NOW - HOUR_MS + index });
    expect([await look(), await look(MINUTE_MS), await look(MINUTE_MS)]).toEqual([true, true, false]);
    expect(deliveries.asked).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  test('is asked for although the clock jumped a year ahead and back', async () => {
    const { deliveries, look } = looking();
    deliveries.add('one', 500, { at: NOW });
    await look();
    await look(365 * DAY_MS);
    deliveries.add('two', 500, { at: NOW + MINUTE_MS });
    await look(-365 * DAY_MS + 2 * MINUTE_MS);
    expect(deliveries.asked).toContain(2);
  });
});

describe('the list', () => {
  test('is read back to where the last look began, less a quarter of an hour', async () => {
    const { world, deliveries, look } = looking();
    deliveries.pageSize = 10;
    for (let index = 0; index < 200; index += 1) deliveries.add(`guid-${index}`, 200, { at: NOW - HOUR_MS + index });
    await look();
    expect(deliveries.cursors).toHaveLength(20);
    for (let index = 0; index < 20; index += 1)
      deliveries.add(`late-${index}`, 200, { at: NOW + HOUR_MS, matters: false });
    await look(HOUR_MS);
    // Two pages of new ones, and one that shows where the known begin.
    expect(deliveries.cursors).toHaveLength(20 + 2 + 1 + 19);
    await look(HOUR_MS);
    expect(deliveries.cursors).toHaveLength(42 + 3);
    expect(world.log).toEqual([]);
  });

  test('that is longer than one look may read is read on in the next', async () => {
    const { deliveries, look } = looking();
    deliveries.pageSize = 1;
    for (let index = 0; index < 150; index += 1)
      deliveries.add(`guid-${index}`, index === 0 ? 500 : 200, { at: NOW - HOUR_MS + index });
    expect(await look()).toBe(true);
    expect([deliveries.cursors.length, deliveries.asked]).toEqual([100, []]);
    expect(await look(MINUTE_MS)).toBe(false);
    expect([deliveries.cursors.length, deliveries.asked]).toEqual([150, [1]]);
  });

  test('is read from its beginning when the rest of it cannot be had any more', async () => {
    const { deliveries, look } = looking();
    deliveries.pageSize = 1;
    for (let index = 0; index < 150; index += 1) deliveries.add(`guid-${index}`, 200, { at: NOW - HOUR_MS + index });
    await look();
    deliveries.pageError = refusal(422);
    await look(MINUTE_MS);
    deliveries.pageError = undefined;
    await look(MINUTE_MS);
    expect(deliveries.cursors[101]).toBeUndefined();
  });

  test.each([401, 403, 404])('that GitHub refuses with %d costs one line a day and no job', async (status) => {
    const { world, deliveries, look } = looking();
    deliveries.pageError = refusal(status);
    for (let looks = 0; looks < 20; looks += 1) await look(5 * MINUTE_MS);
    expect(world.log).toEqual([expect.stringContaining('warning: GitHub cannot be asked which deliveries failed')]);
    await look(DAY_MS);
    expect(world.log).toHaveLength(2);
  });
});

describe('a redelivery', () => {
  test('that GitHub refuses for good is not asked for again', async () => {
    const { world, deliveries, look } = looking();
    deliveries.add('gone', 500, { at: NOW });
    deliveries.askError = refusal(404);
    await look();
    deliveries.askError = undefined;
    await look(HOUR_MS);
    expect(deliveries.asked).toEqual([]);
    expect(world.log).toEqual([expect.stringContaining('cannot be had again')]);
  });

  test.each([undefined, 401, 500])('that fails with %s is asked for at the next look', async (status) => {
    const { deliveries, look } = looking();
    deliveries.add('one', 500, { at: NOW });
    deliveries.askError = refusal(status);
    await look();
    deliveries.askError = undefined;
    await look(5 * MINUTE_MS);
    expect(deliveries.asked).toEqual([1]);
  });

  test('is not asked for while nothing can be recorded', async () => {
    const { world, deliveries } = looking();
    deliveries.add('one', 500, { at: NOW });
    const store = { ...createMemoryStore(), write: async () => await Promise.reject(new Error('disk full')) };
    await expect(redeliverMissed({ ...world.engine, store, deliveries })).rejects.toThrow('disk full');
    expect(deliveries.asked).toEqual([]);
  });
});

test('whatever failed and when, each event arrives in the end, and none is asked for more than three times', async () => {
  const event = record({ age: integer({ min: 0, max: 60 }), failures: integer({ min: 1, max: 3 }) });
  await assert(
    asyncProperty(array(event, { maxLength: 130 }), integer({ min: 1, max: 7 }), async (events, pageSize) => {
      const { world, deliveries, look } = looking();
      deliveries.pageSize = pageSize;
      const left = new Map(events.map(({ failures }, index) => [`guid-${index}`, failures]));
      for (const [index, { age }] of [...events.entries()].toSorted(([, a], [, b]) => b.age - a.age))
        deliveries.add(`guid-${index}`, 502, { at: NOW - age * MINUTE_MS });
      for (let looks = 0, done = 0; looks < 12 * 24; looks += 1) {
        await look(5 * MINUTE_MS);
        for (const id of deliveries.asked.slice(done)) {
          const { guid } = deliveries.attempts.find((attempt) => attempt.id === id)!;
          const failures = (left.get(guid) ?? 0) - 1;
          left.set(guid, failures);
          deliveries.add(guid, failures > 0 ? 502 : 202, { at: world.time.now });
        }
        done = deliveries.asked.length;
      }
      expect([...left.values()].every((failures) => failures === 0)).toBe(true);
    }),
    { numRuns: 15 },
  );
});
