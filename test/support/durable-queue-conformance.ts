import { expect, test } from '@jest/globals';
import type { WorkQueue } from '../../shared/ports/jobs.ts';
import { door, Handled, job, nameOf } from './handled.ts';
import { away } from './patience-conformance.ts';
import type { QueueUnderTest, WithQueue } from './queue-conformance.ts';
import { TRIES_IN_ALL } from './queue-settings.ts';

/** What a queue that outlives its process has to keep, besides what every queue has. */
export function durableQueueTests(withQueue: WithQueue): void {
  const reopened = async ({ reopen }: QueueUnderTest): Promise<WorkQueue> => {
    if (reopen === undefined) throw new Error('A durable queue under test needs `reopen`.');
    return await reopen();
  };
  const handling = (queue: WorkQueue): Handled => {
    const handled = new Handled();
    queue.start(async (one) => {
      handled.add(one);
      await Promise.resolve();
    });
    return handled;
  };

  test(
    'still has what waited, in its order, and no job before its moment',
    withQueue(async (under) => {
      const { queue, now } = under;
      await queue.add(job('1'), { lane: 'a' });
      await queue.add(job('later'), { lane: 'a', notBefore: now() + 3_600_000 });
      await queue.add(job('old'), { lane: 'a', key: 'k' });
      await queue.add(job('new'), { lane: 'a', key: 'k' });
      await queue.add(job('3'), { lane: 'a' });
      const next = await reopened(under);
      expect(await next.depth()).toEqual({ waiting: 4, running: 0, dead: 0 });
      expect(await handling(next).reach(3)).toEqual(['1', 'new', '3']);
    }),
  );

  test(
    'has nothing of what was done, and remembers what it was to add only once',
    withQueue(async (under) => {
      const { queue, now } = under;
      const options = { lane: 'a', once: { id: 'one', expiresAt: now() + 60_000 } };
      await queue.add(job('done'), options);
      await handling(queue).reach(1);
      const next = await reopened(under);
      expect(await next.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
      expect(await next.add(job('again'), options)).toBe(false);
    }),
  );

  test(
    'goes on with the job that failed before the others of its lane',
    withQueue(async (under) => {
      const { queue } = under;
      await queue.add(job('a'), { lane: 'x' });
      await queue.add(job('b'), { lane: 'x' });
      const failed = door();
      let drained: Promise<void> | undefined;
      queue.start(async () => {
        drained ??= queue.drain();
        failed.open();
        await Promise.resolve();
        throw new Error('not yet');
      });
      await failed.passed;
      await drained;
      expect(await handling(await reopened(under)).reach(2)).toEqual(['a', 'b']);
    }),
  );

  test(
    'goes on with the job that waits something out before the others of its lane, and knows how often it has waited',
    withQueue(async (under) => {
      const { queue } = under;
      await queue.add(job('a'), { lane: 'x' });
      await queue.add(job('b'), { lane: 'x' });
      const before = new Handled();
      queue.start(async (one) => {
        before.add(one);
        await Promise.resolve();
        throw away();
      });
      await before.reach(2);
      await queue.drain();
      const tries = before.names.length;
      const next = await reopened(under);
      const after = new Handled();
      next.start(async (one) => {
        after.add(one);
        await Promise.resolve();
        if (nameOf(one) === 'a') throw away();
      });
      const left = Array.from({ length: TRIES_IN_ALL - tries }, () => 'a');
      expect(await after.reach(left.length + 1)).toEqual([...left, 'b']);
      expect(await next.deadLetters()).toMatchObject([{ job: job('a') }]);
    }),
  );

  test(
    'still has its dead letters, and can replay them',
    withQueue(async (under) => {
      const { queue } = under;
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) === 'bad') throw new Error('disk full');
      });
      await queue.add(job('bad'), { lane: 'x' });
      await queue.add(job('good'), { lane: 'x' });
      await handled.reach(4);
      const letters = await queue.deadLetters();
      const next = await reopened(under);
      expect(await next.deadLetters()).toEqual(letters);
      expect(letters).toMatchObject([{ job: job('bad'), lane: 'x', attempts: 3, error: 'disk full' }]);
      expect(await next.replay(letters[0]?.id ?? '')).toBe(true);
      expect(await handling(next).reach(1)).toEqual(['bad']);
      expect(await next.deadLetters()).toEqual([]);
    }),
  );
}
