import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { openPostgresQueue, type PostgresQueueOptions } from '../../../app/postgres/postgres-queue.ts';
import { door, Handled, job, nameOf } from '../../support/handled.ts';
import type { WorkQueue } from '../../../shared/ports/jobs.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { queueConformance } from '../../support/queue-conformance.ts';
import { realClock } from '../../support/real-clock.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.close();
});

queueConformance(
  'a queue in PostgreSQL',
  async (settings) => {
    const url = await server.createDatabase();
    const open = async () => {
      const database = await openPostgresDatabase(url, keepingLog());
      const queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog(), ...settings });
      return { queue, database };
    };
    let opened = await open();
    const close = async (): Promise<void> => {
      await opened.queue.drain(0);
      await opened.database.close();
    };
    return {
      queue: opened.queue,
      now: () => realClock.now(),
      reopen: async () => {
        await opened.queue.drain();
        await close();
        opened = await open();
        return opened.queue;
      },
      close,
    };
  },
  { durable: true },
);

async function withQueue(
  options: Partial<PostgresQueueOptions>,
  use: (queue: WorkQueue) => Promise<void>,
): Promise<void> {
  const database = await openPostgresDatabase(await server.createDatabase(), keepingLog());
  const queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog(), ...options });
  try {
    await use(queue);
  } finally {
    await queue.drain(0);
    await database.close();
  }
}

describe('a queue in PostgreSQL', () => {
  test('opens on an empty database in several replicas at once', async () => {
    const url = await server.createDatabase();
    const replicas = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const database = await openPostgresDatabase(url, keepingLog());
        return { database, queue: await openPostgresQueue({ database, clock: realClock, log: () => keepingLog() }) };
      }),
    );
    const handled = new Handled();
    replicas[0]?.queue.start(async (one) => {
      handled.add(one);
      await Promise.resolve();
    });
    await replicas[3]?.queue.add(job('heard'), { lane: 'a' });
    expect(await handled.reach(1)).toEqual(['heard']);
    for (const { queue, database } of replicas) {
      await queue.drain();
      await database.close();
    }
  });

  test('keeps every character of a job and of an error', async () => {
    const odd = 'nothing \u0000, half a pair \ud83d, a quote "\\\'';
    await withQueue({ maxAttempts: 1 }, async (queue) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) === odd) throw new Error(odd);
      });
      await queue.add(job(odd), { lane: 'a' });
      await queue.add(job('behind'), { lane: 'a' });
      expect(await handled.reach(2)).toEqual([odd, 'behind']);
      expect(await queue.deadLetters()).toMatchObject([{ job: job(odd), error: odd, attempts: 1 }]);
    });
  });

  /** A queue in which "old" has failed under the key "k" and holds the lane for an hour, with "behind" behind it. */
  async function withFailed(use: (queue: WorkQueue, handled: Handled) => Promise<void>): Promise<void> {
    await withQueue({ maxAttempts: 2, backoff: { firstMs: 3_600_000, maxMs: 3_600_000 } }, async (queue) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (nameOf(one) !== 'behind') throw new Error('not yet');
      });
      await queue.add(job('old'), { lane: 'a', key: 'k' });
      await handled.reach(1);
      await untilIdle(queue);
      await queue.add(job('behind'), { lane: 'a' });
      await use(queue, handled);
    });
  }

  test('takes a newer job in place of one that failed, with all its attempts', async () => {
    await withFailed(async (queue, handled) => {
      await queue.add(job('new'), { lane: 'a', key: 'k' });
      expect(await handled.reach(2)).toEqual(['old', 'new']);
      await untilIdle(queue);
      expect(await queue.depth()).toEqual({ waiting: 2, running: 0, dead: 0 });
    });
  });

  test('holds a lane no longer once a newer job, for a later moment, has replaced the one that failed', async () => {
    await withFailed(async (queue, handled) => {
      await queue.add(job('new'), { lane: 'a', key: 'k', notBefore: realClock.now() + 3_600_000 });
      expect(await handled.reach(2)).toEqual(['old', 'behind']);
    });
  });

  test('forgets a job that failed when a newer one waits under its key', async () => {
    await withQueue({ backoff: { firstMs: 3_600_000, maxMs: 3_600_000 } }, async (queue) => {
      const handled = new Handled();
      const again = door();
      queue.start(async (one) => {
        handled.add(one);
        await again.passed;
        if (nameOf(one) === 'old') throw new Error('not yet');
      });
      await queue.add(job('old'), { lane: 'a', key: 'k' });
      await handled.reach(1);
      await queue.add(job('new'), { lane: 'a', key: 'k' });
      again.open();
      expect(await handled.reach(2)).toEqual(['old', 'new']);
      await queue.drain();
      expect(await queue.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
    });
  });

  test('tries a job that failed before one of its lane that was added earlier for a later moment', async () => {
    await withQueue({ backoff: { firstMs: 600, maxMs: 600 }, random: () => 0 }, async (queue) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (handled.names.length === 1) throw new Error('not yet');
      });
      await queue.add(job('later'), { lane: 'a', notBefore: realClock.now() + 500 });
      await queue.add(job('failing'), { lane: 'a' });
      expect(await handled.reach(3)).toEqual(['failing', 'failing', 'later']);
    });
  });

  test('does quick jobs while as many slow ones as it has places for are submitted', async () => {
    await withQueue({}, async (queue) => {
      const handled = new Handled();
      const hanging = door();
      queue.start(async (one) => {
        if (one.kind === 'submit') await hanging.passed;
        handled.add(one);
      });
      await Promise.all(
        Array.from({ length: 70 }, async (_, index) => await queue.add(job('slow'), { lane: `submit ${index}` })),
      );
      await queue.add({ kind: 'sweep' }, { lane: 'sweep' });
      expect(await handled.reach(1)).toEqual(['sweep']);
      hanging.open();
      expect(await handled.reach(71)).toHaveLength(71);
    });
  });
});

/** Asks until nothing runs, which is when the last attempt has been kept. */
async function untilIdle(queue: WorkQueue): Promise<void> {
  while ((await queue.depth()).running > 0) await new Promise(setImmediate);
}
