import { expect, test } from '@jest/globals';
import { settleRunAs } from '../../../../shared/domain/engine/settle-run-as.ts';
import { accept, createRunWorld, runOf, work } from './run-world.ts';

test('of two endings at the same moment one counts, and is what is kept and told', async () => {
  const world = createRunWorld();
  const run = await accept(world, { state: 'running', taskId: 'task-1' });
  await Promise.all([
    settleRunAs(world.engine, run, { reason: 'completed', message: '' }),
    settleRunAs(world.engine, run, { reason: 'task_canceled', message: 'Canceled by ada.' }),
  ]);
  const { ending } = await runOf(world);
  expect(world.settled).toEqual([`${ending?.status} ${ending?.reason}`]);
  expect(world.log.filter((line) => line.includes('The run ended'))).toHaveLength(1);
  await work(world);
  expect(world.github.comments).toHaveLength(1);
});
