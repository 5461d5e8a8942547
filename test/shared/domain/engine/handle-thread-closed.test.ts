import { expect, test } from '@jest/globals';
import { handleThreadClosed } from '../../../../shared/domain/engine/handle-thread-closed.ts';
import { THREAD } from '../fake-threads.ts';
import { createWorld, earlierRun } from '../intake/world.ts';

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
