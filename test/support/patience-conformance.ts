import { expect, test } from '@jest/globals';
import { ForgeError } from '../../shared/ports/forge-error.ts';
import type { WorkQueue } from '../../shared/ports/jobs.ts';
import { Handled, job, nameOf } from './handled.ts';
import type { WithQueue } from './queue-conformance.ts';
import { TRIES_IN_ALL } from './queue-settings.ts';

/** GitHub is away. */
export function away(retryAfterMs = 0): ForgeError {
  return new ForgeError('502 Bad Gateway', { method: 'GET', path: '/x', status: 502, retryAfterMs });
}

/** How every queue waits out what is nobody's fault. */
export function patienceTests(withQueue: WithQueue): void {
  test(
    'does the job more often than others are tried, before the rest of its lane, while other lanes go on',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      let tries = 0;
      queue.start(async (one) => {
        await Promise.resolve();
        if (nameOf(one) === 'a' && ((tries += 1) < 5 || !handled.names.includes('elsewhere'))) throw away();
        handled.add(one);
      });
      await queue.add(job('a'), { lane: 'x' });
      await queue.add(job('b'), { lane: 'x' });
      await queue.add(job('elsewhere'), { lane: 'y' });
      expect(await handled.reach(3)).toEqual(['elsewhere', 'a', 'b']);
      expect(await queue.deadLetters()).toEqual([]);
    }),
  );

  test(
    'takes what does not pass for a failure in the end, and sets it aside after its attempts',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) === 'bad') throw away();
      });
      await queue.add(job('bad'), { lane: 'x' });
      await queue.add(job('good'), { lane: 'x' });
      const tries = Array.from({ length: TRIES_IN_ALL }, () => 'bad');
      expect(await handled.reach(TRIES_IN_ALL + 1)).toEqual([...tries, 'good']);
      expect(await queue.deadLetters()).toMatchObject([{ job: job('bad'), attempts: 3, error: '502 Bad Gateway' }]);
    }),
  );

  test(
    'spends none of the attempts that a job has for its own failures',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) === 'bad') throw handled.names.length % 2 === 0 ? new Error('defect') : away();
      });
      await queue.add(job('bad'), { lane: 'x' });
      await queue.add(job('good'), { lane: 'x' });
      expect(await handled.reach(7)).toEqual([...Array.from({ length: 6 }, () => 'bad'), 'good']);
      expect(await queue.deadLetters()).toMatchObject([{ attempts: 3, error: 'defect' }]);
    }),
  );

  test(
    'waits for as long as it was asked to',
    withQueue(async ({ queue, now }) => {
      const handled = new Handled();
      let earliest = 0;
      queue.start(async (one) => {
        await Promise.resolve();
        if (earliest === 0) {
          earliest = now() + 300;
          throw away(300);
        }
        handled.add(one);
      });
      await queue.add(job('a'), { lane: 'x' });
      await queue.add(job('b'), { lane: 'x' });
      expect(await handled.reach(2)).toEqual(['a', 'b']);
      expect(now()).toBeGreaterThanOrEqual(earliest);
    }),
  );

  test(
    'takes a newer job in place of one that waits, at once, or lets the rest of the lane pass when it is for later',
    withQueue(async ({ queue, now }) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) === 'old') throw away(3_600_000);
      });
      await queue.add(job('old'), { lane: 'x', key: 'k' });
      await handled.reach(1);
      await untilIdle(queue);
      await queue.add(job('new'), { lane: 'x', key: 'k' });
      expect(await handled.reach(2)).toEqual(['old', 'new']);
      await queue.add(job('old'), { lane: 'x', key: 'k' });
      await handled.reach(3);
      await untilIdle(queue);
      await queue.add(job('later'), { lane: 'x', key: 'k', notBefore: now() + 3_600_000 });
      await queue.add(job('behind'), { lane: 'x' });
      expect(await handled.reach(4)).toEqual(['old', 'new', 'old', 'behind']);
    }),
  );
}

/** Asks until nothing runs, which is when the last attempt has been kept. */
async function untilIdle(queue: WorkQueue): Promise<void> {
  while ((await queue.depth()).running > 0) await new Promise(setImmediate);
}
