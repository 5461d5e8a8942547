import { expect, test } from '@jest/globals';
import { createAppLog, logFieldsOf, logPortOver } from '../../app/app-log.ts';
import { createMemoryQueue } from '../../app/memory/memory-queue.ts';
import { realClock } from '../support/real-clock.ts';

test("a job that fails is told under its run's id", async () => {
  const lines: string[] = [];
  const logger = createAppLog({ level: 'info', mask: (text) => text, write: (line) => void lines.push(line) });
  const queue = createMemoryQueue({
    clock: realClock,
    log: (job) => logPortOver(logger, job === undefined ? {} : logFieldsOf(job)),
    maxAttempts: 1,
  });
  queue.start(() => Promise.reject(new Error('no')));
  await queue.add({ kind: 'report', runId: 'run-1' }, { lane: 'a' });
  await queue.drain();
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ level: 'error', run: 'run-1' }]);
});
