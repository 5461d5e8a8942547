import { expect, test } from '@jest/globals';
import { createMemoryJournal } from '../../../app/memory/memory-journal.ts';
import type { JobJournal } from '../../../app/queue/job-journal.ts';
import { LaneQueue } from '../../../app/queue/lane-queue.ts';
import { StorageUnavailable } from '../../../app/sql/storage-error.ts';
import { Handled, job } from '../../support/handled.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { realClock } from '../../support/real-clock.ts';
import { JumpingClock } from '../jumping-clock.ts';

interface Written {
  readonly journal: JobJournal;
  readonly lines: string[];
}

/** A journal that fails the first times it is to write a method, and notes what it wrote. */
function failing(method: 'remove' | 'change' | 'bury', times: number): Written {
  const lines: string[] = [];
  const memory = createMemoryJournal(realClock);
  let left = times;
  const attempt = (name: string, id: number): void => {
    if (name === method && (left -= 1) >= 0) throw new StorageUnavailable('the disk is full');
    lines.push(`${name} ${id}`);
  };
  const journal: JobJournal = {
    ...memory,
    remove: async (id) => {
      attempt('remove', id);
      await memory.remove(id);
    },
    change: async (id, retry) => {
      attempt('change', id);
      await memory.change(id, retry);
    },
    bury: async (id, letter) => {
      attempt('bury', id);
      return await memory.bury(id, letter);
    },
  };
  return { journal, lines };
}

const SETTINGS = { clock: realClock, maxAttempts: 1, backoff: { firstMs: 1, maxMs: 2 } };

test('a lane waits until it is written down that its job is done, and the job is not done again', async () => {
  const { journal, lines } = failing('remove', 3);
  const log = keepingLog();
  const queue = new LaneQueue({ ...SETTINGS, log: () => log }, { journal, kept: [], durable: true });
  const handled = new Handled();
  queue.start(async (one) => {
    handled.add(one);
    lines.push('handled');
    await Promise.resolve();
  });
  await queue.add(job('a'), { lane: 'x' });
  await queue.add(job('b'), { lane: 'x' });
  await handled.reach(2);
  await queue.drain();
  expect(handled.names).toEqual(['a', 'b']);
  expect(lines).toEqual(['handled', 'remove 1', 'handled', 'remove 2']);
  expect(log.lines.length).toBe(3);
  expect(log.lines[0]).toMatch(
    /^warning: What became of the job "submit" cannot be written down, again in 1 ms: the disk is full$/,
  );
});

test('a dead letter is written down sooner or later, and told with its id', async () => {
  const { journal, lines } = failing('bury', 2);
  const log = keepingLog();
  const queue = new LaneQueue({ ...SETTINGS, log: () => log }, { journal, kept: [], durable: true });
  const handled = new Handled();
  queue.start(async (one) => {
    handled.add(one);
    await Promise.resolve();
    if (handled.names.length === 1) throw new Error('no');
  });
  await queue.add(job('a'), { lane: 'x' });
  await queue.add(job('b'), { lane: 'x' });
  await handled.reach(2);
  await queue.drain();
  expect(lines).toEqual(['bury 1', 'remove 2']);
  const [letter] = await queue.deadLetters();
  expect(log.lines.at(-1)).toBe(
    `error: The job "submit" failed 1 times and was set aside as dead letter ${letter?.id}: no`,
  );
});

test('the end does not wait for a journal that cannot be written', async () => {
  const { journal } = failing('remove', Infinity);
  const log = keepingLog();
  const backoff = { firstMs: 60_000, maxMs: 60_000 };
  const queue = new LaneQueue({ ...SETTINGS, backoff, log: () => log }, { journal, kept: [], durable: true });
  const handled = new Handled();
  queue.start(async (one) => {
    handled.add(one);
    await Promise.resolve();
  });
  await queue.add(job('a'), { lane: 'x' });
  await handled.reach(1);
  await queue.drain(5);
  expect(log.lines.at(-1)).toBe('warning: The queue closed with 1 jobs unfinished; they run again at the next start.');
});

test('a queue that is draining hands out nothing more, and still takes what its last jobs add', async () => {
  const journal = createMemoryJournal(realClock);
  const queue = new LaneQueue({ ...SETTINGS, log: () => keepingLog() }, { journal, kept: [], durable: true });
  const handled = new Handled();
  let drained: Promise<void> | undefined;
  queue.start(async (one) => {
    handled.add(one);
    drained ??= queue.drain();
    await queue.add(job('added at the end'), { lane: 'y' });
  });
  await queue.add(job('a'), { lane: 'x' });
  await queue.add(job('b'), { lane: 'x' });
  await handled.reach(1);
  await drained;
  expect(handled.names).toEqual(['a']);
  expect(await queue.depth()).toEqual({ waiting: 2, running: 0, dead: 0 });
  await expect(queue.replay('1')).rejects.toThrow('The queue is closed, so the dead letter 1 cannot be replayed.');
});

test('the newest under a key takes the place of the one that waited', async () => {
  const journal = createMemoryJournal(realClock);
  const queue = new LaneQueue({ ...SETTINGS, log: () => keepingLog() }, { journal, kept: [], durable: true });
  await queue.add(job('old'), { lane: 'x', key: 'k' });
  await queue.add(job('other'), { lane: 'x' });
  await queue.add(job('new'), { lane: 'x', key: 'k' });
  const handled = new Handled();
  queue.start(async (one) => {
    handled.add(one);
    await Promise.resolve();
  });
  expect(await handled.reach(2)).toEqual(['new', 'other']);
});

test('a job that was put off by a clock that was a year ahead holds its lane for an hour and a bit, not for a year', async () => {
  const clock = new JumpingClock();
  const start = clock.now();
  const waiting = { lane: 'x', key: undefined, failures: 0, faults: 1 };
  const kept = [
    { ...waiting, id: 1, job: job('put off'), place: 1, notBefore: start + 365 * 24 * 3_600_000, held: true },
    { ...waiting, id: 2, job: job('behind it'), place: 2, notBefore: 0, held: false },
  ];
  const journal = createMemoryJournal(clock);
  const queue = new LaneQueue({ ...SETTINGS, clock, log: () => keepingLog() }, { journal, kept, durable: true });
  const handled = new Handled();
  queue.start(async (one) => {
    handled.add(one);
    await Promise.resolve();
  });
  await clock.passUntil(start + 65 * 60_000);
  expect(handled.names).toEqual([]);
  await clock.passUntil(start + 67 * 60_000);
  expect(handled.names).toEqual(['put off', 'behind it']);
});
