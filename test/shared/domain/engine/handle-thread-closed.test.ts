import { expect, test } from '@jest/globals';
import { handleThreadClosed } from '../../../../shared/domain/engine/handle-thread-closed.ts';
import { THREAD } from '../fake-threads.ts';
import { aTrigger } from '../../../support/records.ts';
import { createWorld, earlierRun } from '../intake/world.ts';

const AT = Date.parse('2026-03-01T11:00:00Z');
const CLOSED = { deliveryId: 'd', installationId: 11, thread: THREAD };
const RUNNING = { state: 'running', taskId: 't1' } as const;

test('closing a thread cancels its open runs where the configuration says so', async () => {
  const world = createWorld({ config: 'cancel-on-close: true\n' });
  await earlierRun(world, RUNNING);
  await handleThreadClosed(world.engine, CLOSED);
  expect(world.agent.calls).toEqual(['cancel t1']);
  expect((await world.store.get('earlier'))?.ending?.message).toBe('Canceled by closing this thread.');
});

test.each([
  ['in the same second', AT, { ...CLOSED, happenedAt: AT }, ['cancel t1']],
  ['a second later', AT + 1_000, { ...CLOSED, happenedAt: AT }, []],
  ['nobody knows when', undefined, { ...CLOSED, happenedAt: AT }, ['cancel t1']],
  ['at any time, where an earlier version kept no time of the closing', AT + 1_000, CLOSED, ['cancel t1']],
])('closing a thread meets a run that was asked for %s', async (_case, askedAt, closed, calls) => {
  const world = createWorld({ config: 'cancel-on-close: true\n' });
  const trigger = aTrigger(askedAt === undefined ? {} : { happenedAt: askedAt });
  await earlierRun(world, { ...RUNNING, trigger });
  await handleThreadClosed(world.engine, closed);
  expect(world.agent.calls).toEqual(calls);
});

test.each([
  ['by default', undefined],
  ['while the configuration is broken', 'cancel-on-close: perhaps\n'],
])('closing a thread leaves its runs alone %s', async (_case, config) => {
  const world = createWorld(config === undefined ? {} : { config });
  await earlierRun(world, RUNNING);
  await handleThreadClosed(world.engine, CLOSED);
  expect(world.agent.calls).toEqual([]);
});

test('closing a thread without open runs asks GitHub for nothing', async () => {
  const world = createWorld();
  await handleThreadClosed(world.engine, CLOSED);
  expect(world.forge.calls).toEqual([]);
});
