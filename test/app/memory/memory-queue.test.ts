import { expect, test } from '@jest/globals';
import { createMemoryQueue } from '../../../app/memory/memory-queue.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { queueConformance } from '../../support/queue-conformance.ts';
import { realClock } from '../../support/real-clock.ts';

queueConformance('a queue in memory', async (settings) => {
  const queue = createMemoryQueue({ clock: realClock, log: () => keepingLog(), ...settings });
  return await Promise.resolve({ queue, now: () => realClock.now(), close: async () => await queue.drain(0) });
});

test('what is due is done before the end, because it would be lost, and what is not is said', async () => {
  const log = keepingLog();
  const queue = createMemoryQueue({ clock: realClock, log: () => log });
  const done: string[] = [];
  queue.start(async (job) => {
    if (job.kind !== 'submit') return;
    done.push(job.runId);
    if (job.runId === 'first') await queue.add({ kind: 'submit', runId: 'added by the first' }, { lane: 'b' });
  });
  await queue.add({ kind: 'submit', runId: 'first' }, { lane: 'a' });
  await queue.add({ kind: 'submit', runId: 'second' }, { lane: 'a' });
  await queue.add({ kind: 'sweep' }, { lane: 'a', notBefore: realClock.now() + 3_600_000 });
  await queue.drain();
  expect(done.toSorted()).toEqual(['added by the first', 'first', 'second']);
  expect(log.lines).toEqual(['warning: The queue closed with 1 jobs waiting and 0 unfinished; they are lost.']);
});

test('a job is copied when it is added, so that nobody changes it while it waits', async () => {
  const queue = createMemoryQueue({ clock: realClock, log: () => keepingLog() });
  const job = { kind: 'submit', runId: 'as it was' } as const;
  const seen: string[] = [];
  await queue.add(job, { lane: 'a' });
  Object.assign(job, { runId: 'changed' });
  queue.start(async (one) => {
    seen.push(one.kind === 'submit' ? one.runId : one.kind);
    await Promise.resolve();
  });
  await queue.drain();
  expect(seen).toEqual(['as it was']);
});
