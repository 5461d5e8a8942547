import { expect, test } from '@jest/globals';
import { settleRun } from '../../../shared/domain/settle.ts';

test.each([
  ['succeeded', 'Done.', 'succeeded', 'completed'],
  ['completed', 'Done.', 'succeeded', 'completed'],
  ['succeeded', 'NOTHING_TO_DO', 'succeeded', 'nothing_to_do'],
  ['failed', 'NOTHING_TO_DO', 'failed', 'task_failed'],
  ['canceled', '', 'canceled', 'task_canceled'],
  ['archived', '', 'lost', 'lost'],
])('a task that ended as %s saying %j settles its run as %s (%s)', (status, result, settled, reason) => {
  expect(settleRun({ status, result })).toEqual({ status: settled, reason });
});
