import { expect, test } from '@jest/globals';
import { createAppLog, logFieldsOf, logPortOver, underItsName } from '../../app/app-log.ts';
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

test('whatever is written while a job is done says whose it is, also of two at once', async () => {
  const lines: string[] = [];
  const logger = createAppLog({ level: 'info', mask: (text) => text, write: (line) => void lines.push(line) });
  const forge = logPortOver(logger, { installation: '11' });
  const calls = async (): Promise<void> => {
    await new Promise(setImmediate);
    forge.info('GitHub was called.');
  };
  await Promise.all(['run-1', 'run-2'].map(async (runId) => await underItsName({ kind: 'submit', runId }, calls)));
  await underItsName({ kind: 'submit', runId: 'run-1' }, async () => {
    await Promise.resolve();
    logPortOver(logger, { run: 'run-1' }).info('Once is enough.');
  });
  forge.info('Nobody asked.');
  const written = lines.map((line): unknown => JSON.parse(line));
  expect(written).toMatchObject([{ run: 'run-1', installation: '11' }, { run: 'run-2' }, { run: 'run-1' }, {}]);
  expect(lines[2]?.match(/"run"/g)).toHaveLength(1);
  expect(written[3]).not.toHaveProperty('run');
});
