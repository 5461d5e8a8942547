import { describe, expect, test } from '@jest/globals';
import { TryLater, type WorkQueue } from '../../shared/ports/jobs.ts';
import { door, Handled, job, nameOf } from './handled.ts';
import { durableQueueTests } from './durable-queue-conformance.ts';
import { patienceTests } from './patience-conformance.ts';
import { SETTINGS, type QueueSettings } from './queue-settings.ts';

export interface QueueUnderTest {
  readonly queue: WorkQueue;
  /** The queue's own time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Drains the queue and opens it anew on what it kept; for durable ones. */
  readonly reopen?: () => Promise<WorkQueue>;
  readonly close: () => Promise<void>;
}

/**
 * What every queue has to keep, whatever it is built on. No test waits for a fixed time; moments are only compared.
 *
 * @param options.durable it also outlives its process; `create` then gives `reopen`.
 */
export function queueConformance(
  name: string,
  create: (settings: QueueSettings) => Promise<QueueUnderTest>,
  options: { readonly durable?: boolean } = {},
): void {
  const withQueue = (use: (under: QueueUnderTest) => Promise<void>) => async (): Promise<void> => {
    const under = await create(SETTINGS);
    try {
      await use(under);
    } finally {
      await under.close();
    }
  };
  describe(`${name} orders`, () => {
    orderTests(withQueue);
  });
  describe(`${name} adds`, () => {
    onceTests(withQueue);
  });
  describe(`${name} on failures`, () => {
    failureTests(withQueue);
  });
  describe(`${name} on what passes by itself`, () => {
    patienceTests(withQueue);
  });
  describe(`${name} at its end`, () => {
    endTests(withQueue);
  });
  if (options.durable === true)
    describe(`${name} after its end`, () => {
      durableQueueTests(withQueue);
    });
}

export type WithQueue = (use: (under: QueueUnderTest) => Promise<void>) => () => Promise<void>;

function orderTests(withQueue: WithQueue): void {
  test(
    'the jobs of a lane one after the other, with what was added before the start',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      let inside = 0;
      let most = 0;
      for (const id of ['1', '2', '3']) await queue.add(job(id), { lane: 'a' });
      queue.start(async (one) => {
        most = Math.max(most, (inside += 1));
        await new Promise(setImmediate);
        inside -= 1;
        handled.add(one);
      });
      await queue.add(job('4'), { lane: 'a' });
      expect(await handled.reach(4)).toEqual(['1', '2', '3', '4']);
      expect(most).toBe(1);
    }),
  );

  test(
    'nothing between lanes: one that hangs holds up no other',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      const hanging = door();
      queue.start(async (one) => {
        if (nameOf(one) === 'slow') await hanging.passed;
        handled.add(one);
      });
      await queue.add(job('slow'), { lane: 'a' });
      await queue.add(job('behind'), { lane: 'a' });
      await queue.add(job('quick'), { lane: 'b' });
      expect(await handled.reach(1)).toEqual(['quick']);
      hanging.open();
      expect(await handled.reach(3)).toEqual(['quick', 'slow', 'behind']);
    }),
  );

  test(
    'no job before its moment, and others of its lane before it',
    withQueue(async ({ queue, now }) => {
      const handled = new Handled();
      const notBefore = now() + 400;
      let at = 0;
      queue.start(async (one) => {
        if (nameOf(one) === 'later') at = now();
        handled.add(one);
        await Promise.resolve();
      });
      await queue.add(job('later'), { lane: 'a', notBefore });
      await queue.add(job('now'), { lane: 'a' });
      expect(await handled.reach(2)).toEqual(['now', 'later']);
      expect(at).toBeGreaterThanOrEqual(notBefore);
    }),
  );

  test(
    'one of the jobs that wait under a key, the newest, and another when one is already running',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      const inside = door();
      const hanging = door();
      queue.start(async (one) => {
        inside.open();
        if (nameOf(one) === 'first') await hanging.passed;
        handled.add(one);
      });
      await queue.add(job('first'), { lane: 'a', key: 'k' });
      await inside.passed;
      for (const id of ['second', 'third']) await queue.add(job(id), { lane: 'a', key: 'k' });
      await queue.add(job('other'), { lane: 'a', key: 'l' });
      hanging.open();
      expect(await handled.reach(3)).toEqual(['first', 'third', 'other']);
    }),
  );
}

function onceTests(withQueue: WithQueue): void {
  test(
    'a job with an id the first time only, even when it comes twice at once',
    withQueue(async ({ queue, now }) => {
      const handled = new Handled();
      const once = (id: string) => ({ lane: 'a', once: { id, expiresAt: now() + 60_000 } });
      const twice = [queue.add(job('first'), once('one')), queue.add(job('first'), once('one'))];
      expect((await Promise.all(twice)).filter(Boolean).length).toBe(1);
      expect(await queue.add(job('other'), once('two'))).toBe(true);
      expect(await queue.add(job('without'), { lane: 'a' })).toBe(true);
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
      });
      expect(await handled.reach(3)).toEqual(['first', 'other', 'without']);
      expect(await queue.add(job('later again'), once('one'))).toBe(false);
      await queue.add(job('end'), { lane: 'a' });
      expect(await handled.reach(4)).toEqual(['first', 'other', 'without', 'end']);
    }),
  );
}

function failureTests(withQueue: WithQueue): void {
  test(
    'does the job again before the rest of its lane',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (handled.names.length === 1) throw new Error('not yet');
      });
      await queue.add(job('a'), { lane: 'x' });
      await queue.add(job('b'), { lane: 'x' });
      expect(await handled.reach(3)).toEqual(['a', 'a', 'b']);
    }),
  );

  test(
    'sets a job aside after its last attempt, with its error, and goes on; it can be replayed once',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      let broken = true;
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (broken && nameOf(one) === 'bad') throw new Error('disk full');
      });
      await queue.add(job('bad'), { lane: 'x' });
      await queue.add(job('good'), { lane: 'x' });
      expect(await handled.reach(4)).toEqual(['bad', 'bad', 'bad', 'good']);
      const [letter, ...more] = await queue.deadLetters();
      expect(letter).toMatchObject({ job: job('bad'), lane: 'x', attempts: 3, error: 'disk full' });
      expect(more).toEqual([]);
      expect((await queue.depth()).dead).toBe(1);

      broken = false;
      expect(await queue.replay(letter?.id ?? '')).toBe(true);
      expect((await handled.reach(5)).at(-1)).toBe('bad');
      expect(await queue.replay(letter?.id ?? '')).toBe(false);
      expect(await queue.deadLetters()).toEqual([]);
    }),
  );

  test(
    'forgets a dead letter when it is told to, once',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) === 'bad') throw new Error('disk full');
      });
      await queue.add(job('bad'), { lane: 'x' });
      await queue.add(job('good'), { lane: 'x' });
      await handled.reach(4);
      const [letter] = await queue.deadLetters();
      expect(await queue.drop(letter?.id ?? '')).toBe(true);
      expect(await queue.drop(letter?.id ?? '')).toBe(false);
      expect(await queue.replay(letter?.id ?? '')).toBe(false);
      expect(await queue.deadLetters()).toEqual([]);
    }),
  );

  test(
    'does a job again as often as it asks for it, before the rest of its lane where it holds that',
    withQueue(async ({ queue, now }) => {
      const handled = new Handled();
      let asked = 0;
      let earliest = 0;
      queue.start(async (one) => {
        await Promise.resolve();
        if (nameOf(one) === 'holding' && (asked += 1) <= SETTINGS.maxAttempts + 2) {
          earliest = now() + 10;
          throw new TryLater('no room', 10, { holdsLane: true });
        }
        handled.add(one);
      });
      await queue.add(job('holding'), { lane: 'x' });
      await queue.add(job('behind'), { lane: 'x' });
      expect(await handled.reach(2)).toEqual(['holding', 'behind']);
      expect(now()).toBeGreaterThanOrEqual(earliest);
      expect(await queue.deadLetters()).toEqual([]);
    }),
  );

  test(
    'does a job again as often as it asks for it, and lets others pass meanwhile',
    withQueue(async ({ queue, now }) => {
      const handled = new Handled();
      let asked = 0;
      let earliest = 0;
      queue.start(async (one) => {
        await Promise.resolve();
        if (nameOf(one) === 'patient' && (asked += 1) <= SETTINGS.maxAttempts + 2) {
          earliest = now() + 10;
          throw new TryLater('not there yet', 10);
        }
        handled.add(one);
      });
      await queue.add(job('patient'), { lane: 'x' });
      await queue.add(job('passing'), { lane: 'x' });
      expect(await handled.reach(2)).toEqual(['passing', 'patient']);
      expect(now()).toBeGreaterThanOrEqual(earliest);
      expect(await queue.deadLetters()).toEqual([]);
    }),
  );
}

function endTests(withQueue: WithQueue): void {
  test(
    'finishes what is under way, then takes nothing more and says so',
    withQueue(async ({ queue }) => {
      const handled = new Handled();
      const inside = door();
      const hanging = door();
      queue.start(async (one) => {
        inside.open();
        await hanging.passed;
        handled.add(one);
      });
      await queue.add(job('a'), { lane: 'x' });
      await inside.passed;
      expect(await queue.depth()).toEqual({ waiting: 0, running: 1, dead: 0 });
      const drained = queue.drain();
      hanging.open();
      await drained;
      expect(handled.names).toEqual(['a']);
      await expect(queue.add(job('b'), { lane: 'x' })).rejects.toThrow('The queue is closed');
      await queue.drain();
    }),
  );

  test(
    'waits for a job that hangs only so long',
    withQueue(async ({ queue }) => {
      const inside = door();
      const hanging = door();
      queue.start(async () => {
        inside.open();
        await hanging.passed;
      });
      await queue.add(job('a'), { lane: 'x' });
      await inside.passed;
      await queue.drain(5);
      expect((await queue.depth()).running).toBe(1);
      hanging.open();
    }),
  );

  test(
    'drains at once when nothing was ever started',
    withQueue(async ({ queue, now }) => {
      await queue.add(job('later'), { lane: 'x', notBefore: now() + 3_600_000 });
      await queue.drain();
    }),
  );
}
