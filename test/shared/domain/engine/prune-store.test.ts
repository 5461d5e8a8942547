import { expect, test } from '@jest/globals';
import { handleTrigger } from '../../../../shared/domain/engine/handle-trigger.ts';
import { pruneStore } from '../../../../shared/domain/engine/prune-store.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import { createWorld } from '../intake/world.ts';
import { accept, createRunWorld, NOW, type RunWorld } from './run-world.ts';

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 90 * DAY_MS;

async function settled(world: RunWorld, id: string, at: number): Promise<void> {
  await accept(world, {
    id,
    state: 'settled',
    ending: { reason: 'completed', status: 'succeeded', message: '', at },
  });
}

test('runs that settled before the retention are forgotten; younger ones and open ones are kept', async () => {
  const world = createRunWorld();
  await settled(world, 'old', NOW - KEPT_MS - 1);
  await settled(world, 'young', NOW - KEPT_MS);
  await accept(world, { id: 'open', createdAt: NOW - 2 * KEPT_MS });
  await pruneStore(world.engine);
  const kept = await Promise.all(['old', 'young', 'open'].map(async (id) => (await world.store.get(id)) !== undefined));
  expect(kept).toEqual([false, true, true]);
});

test('what has expired is forgotten', async () => {
  const world = createRunWorld();
  await world.store.write('past', 'x', { expiresAt: NOW - 1 });
  await world.store.write('future', 'x', { expiresAt: NOW + 1 });
  await pruneStore(world.engine);
  expect([await world.store.read('past'), await world.store.read('future')]).toEqual([undefined, 'x']);
});

test('what was done for a command, and said to it, is remembered for as long as runs are', async () => {
  const { engine, store, forge } = createWorld();
  await handleTrigger(engine, aTrigger({ text: '/rebyte help' }));
  const again = async () => await handleTrigger(engine, aTrigger({ text: '/rebyte help' }));
  await pruneStore({ ...engine, clock: { ...engine.clock, now: () => NOW + engine.retentionMs } });
  const written = forge.writes.length;
  await again();
  expect([(await store.read('handled:IC_1')) === undefined, forge.writes.length - written]).toEqual([false, 0]);
  await pruneStore({ ...engine, clock: { ...engine.clock, now: () => NOW + engine.retentionMs + 1 } });
  expect(await store.read('handled:IC_1')).toBeUndefined();
  await again();
  expect(forge.comments).toHaveLength(1);
});

test('much of it goes in batches, and others come in between', async () => {
  const world = createRunWorld();
  for (let index = 0; index < 1_200; index += 1) await settled(world, `run-${index}`, NOW - KEPT_MS - 1);
  const limits: number[] = [];
  const { store } = world;
  const watched = {
    ...store,
    prune: async (before: Parameters<typeof store.prune>[0]) => {
      limits.push(before.limit);
      return await store.prune(before);
    },
  };
  const once = async () => await pruneStore({ ...world.engine, store: watched });
  await expect(once()).rejects.toThrow(TryLater);
  await expect(once()).rejects.toThrow(TryLater);
  await once();
  expect(limits).toEqual([500, 500, 500]);
  expect(await store.get('run-1199')).toBeUndefined();
});
