import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import { createMemoryQueue } from '../../../app/memory/memory-queue.ts';
import type { Database } from '../../../app/sql/database.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { readEntries } from '../../../app/sqlite/sqlite-journal.ts';
import { openSqliteQueue } from '../../../app/sqlite/sqlite-queue.ts';
import type { WorkQueue } from '../../../shared/ports/jobs.ts';
import { door, Handled, job } from '../../support/handled.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { queueConformance } from '../../support/queue-conformance.ts';
import { realClock } from '../../support/real-clock.ts';
import { sqliteFile, type SqliteFile } from '../../support/sqlite-file.ts';

queueConformance(
  'a queue in SQLite',
  async (settings) => {
    const options = { clock: realClock, log: () => keepingLog(), ...settings };
    const file = await sqliteFile();
    let database = await openSqliteDatabase(file.path);
    let queue = await openSqliteQueue(database, options);
    const close = async (timeoutMs?: number): Promise<void> => {
      await queue.drain(timeoutMs);
      await database.close();
    };
    return {
      queue,
      now: () => realClock.now(),
      reopen: async () => {
        await close();
        database = await openSqliteDatabase(file.path);
        queue = await openSqliteQueue(database, options);
        return queue;
      },
      close: async () => {
        await close(0);
        await file.remove();
      },
    };
  },
  { durable: true },
);

describe('the queue in SQLite', () => {
  let file: SqliteFile;
  let database: Database;
  const log = keepingLog();
  const options = { clock: realClock, log: () => log, backoff: { firstMs: 1, maxMs: 2 }, maxAttempts: 2 };

  beforeEach(async () => {
    file = await sqliteFile();
    database = await openSqliteDatabase(file.path);
  });

  afterEach(async () => {
    await database.close();
    await file.remove();
  });

  /** The names of everything that waits, in the order in which the queue hands it out. */
  async function handedOut(queue: WorkQueue): Promise<readonly string[]> {
    const { waiting } = await queue.depth();
    const handled = new Handled();
    queue.start(async (one) => {
      handled.add(one);
      await Promise.resolve();
    });
    return [...(await handled.reach(waiting))];
  }

  test('does a job again that was under way at the end', async () => {
    const queue = await openSqliteQueue(database, options);
    const inside = door();
    await queue.add(job('a'), { lane: 'x' });
    queue.start(async () => {
      inside.open();
      await new Promise(() => undefined);
    });
    await inside.passed;
    await queue.drain(0);
    expect(log.lines.at(-1)).toBe(
      'warning: The queue closed with 1 jobs unfinished; they run again at the next start.',
    );
    expect(await handedOut(await openSqliteQueue(database, options))).toEqual(['a']);
  });

  test('remembers that a job failed, how often, and until when its lane waits', async () => {
    const backoff = { firstMs: 3_600_000, maxMs: 3_600_000 };
    const queue = await openSqliteQueue(database, { ...options, backoff, random: () => 0 });
    const before = realClock.now();
    await queue.add(job('a'), { lane: 'x', key: 'k' });
    await queue.add(job('b'), { lane: 'x' });
    const failed = door();
    queue.start(async () => {
      failed.open();
      await Promise.resolve();
      throw new Error('no');
    });
    await failed.passed;
    await queue.drain();
    const [a, b] = await readEntries(database);
    expect(a).toMatchObject({ job: job('a'), lane: 'x', key: 'k', failures: 1, faults: 0, held: true });
    expect(a?.notBefore).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(b).toMatchObject({ job: job('b'), key: undefined, failures: 0, held: false, notBefore: 0 });
  });

  test('hands out the same order after a restart as it would have without one', async () => {
    const added = fc.record({ name: fc.nat(99).map(String), key: fc.constantFrom(undefined, 'k', 'l') });
    await fc.assert(
      fc.asyncProperty(fc.array(added, { minLength: 1, maxLength: 12 }), async (adds) => {
        const memory = createMemoryQueue(options);
        const before = await openSqliteQueue(database, options);
        for (const queue of [memory, before])
          for (const { name, key } of adds)
            await queue.add(job(name), { lane: 'x', ...(key !== undefined && { key }) });
        await before.drain();
        const after = await openSqliteQueue(database, options);
        expect(await handedOut(after)).toEqual(await handedOut(memory));
        await after.drain();
      }),
      { numRuns: 20 },
    );
  });

  test('keeps one of the jobs that come under a key at the same instant, the newest', async () => {
    const queue = await openSqliteQueue(database, options);
    await Promise.all(['1', '2', '3'].map(async (name) => await queue.add(job(name), { lane: 'x', key: 'k' })));
    expect(await queue.depth()).toMatchObject({ waiting: 1 });
    expect(await rowsWritten()).toBe(1);
    await queue.add(job('4'), { lane: 'x', key: 'k' });
    expect(await rowsWritten()).toBe(1);
    await queue.drain();
    expect(await handedOut(await openSqliteQueue(database, options))).toEqual(['4']);
  });

  test('begins with the newest alone where a kill has left two under a key', async () => {
    const queue = await openSqliteQueue(database, options);
    await queue.add(job('old'), { lane: 'x', key: 'k' });
    await queue.drain();
    await database.write((db) =>
      db
        .insertInto('jobs')
        .columns(['lane', 'key', 'place', 'not_before', 'failures', 'held', 'job'])
        .expression((eb) =>
          eb
            .selectFrom('jobs')
            .select(['lane', 'key', sql<number>`place + 1`.as('place'), 'not_before', 'failures', 'held'])
            .select(sql<string>`replace(job, 'old', 'new')`.as('job')),
        )
        .execute(),
    );
    const reopened = await openSqliteQueue(database, options);
    expect(await handedOut(reopened)).toEqual(['new']);
    await reopened.drain();
    expect(await (await openSqliteQueue(database, options)).depth()).toMatchObject({ waiting: 0 });
  });

  test('blames no job for a disk that is full, and goes on by itself once there is space', async () => {
    const queue = await openSqliteQueue(database, options);
    const handled = new Handled();
    await queue.add(job('a'), { lane: 'x' });
    await queue.add(job('b'), { lane: 'x' });
    await pragma('query_only = 1');
    const failed = door();
    queue.start(async (one) => {
      try {
        await createSqlStore(database).write('touched by', one.kind);
      } catch (error) {
        failed.open();
        throw error;
      }
      handled.add(one);
    });
    await failed.passed;
    await expect(queue.add(job('c'), { lane: 'y' })).rejects.toMatchObject({ name: 'StorageUnavailable' });
    await pragma('query_only = 0');
    expect(await handled.reach(2)).toEqual(['a', 'b']);
    expect(await queue.deadLetters()).toEqual([]);
    expect(log.lines.some((line) => line.includes('failed (which does not count), again in'))).toBe(true);
    await queue.drain();
    expect(await queue.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
  });

  async function rowsWritten(): Promise<number> {
    return (await database.read((db) => db.selectFrom('jobs').select('id').execute())).length;
  }

  async function pragma(statement: string): Promise<void> {
    await database.read((db) => sql`pragma ${sql.raw(statement)}`.execute(db));
  }
});
