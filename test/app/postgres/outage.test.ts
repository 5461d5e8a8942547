import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPostgresDatabase, type PostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { openPostgresQueue } from '../../../app/postgres/postgres-queue.ts';
import { StorageUnavailable } from '../../../app/sql/storage-error.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import type { WorkQueue } from '../../../shared/ports/jobs.ts';
import { door, Handled, job, nameOf } from '../../support/handled.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { realClock } from '../../support/real-clock.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.close();
});

interface Opened {
  readonly url: string;
  readonly database: PostgresDatabase;
  readonly queue: WorkQueue;
}

async function withQueue(
  use: (opened: Opened) => Promise<void>,
  options: { readonly maxAttempts?: number } = {},
): Promise<void> {
  const url = await server.createDatabase();
  const database = await openPostgresDatabase(url, keepingLog());
  const queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog(), ...options });
  try {
    await use({ url, database, queue });
  } finally {
    await queue.drain(0);
    await database.close();
  }
}

test('while PostgreSQL is away nothing is promised; when it is back, work goes on without a restart', async () => {
  await withQueue(async ({ url, database, queue }) => {
    const handled = new Handled();
    const [inside, hanging] = [door(), door()];
    queue.start(async (one) => {
      inside.open();
      if (nameOf(one) === 'at work') await hanging.passed;
      handled.add(one);
    });
    await queue.add(job('at work'), { lane: 'a' });
    await queue.add(job('behind'), { lane: 'a' });
    await inside.passed;
    await server.stop();
    await expect(queue.add(job('lost'), { lane: 'b' })).rejects.toBeInstanceOf(StorageUnavailable);
    await expect(createSqlStore(database).read('a note')).rejects.toThrow(`PostgreSQL at ${new URL(url).host}`);
    await expect(openPostgresDatabase(url, keepingLog())).rejects.toBeInstanceOf(StorageUnavailable);
    hanging.open();
    expect(await handled.reach(1)).toEqual(['at work']);
    await server.start();
    // How the first one ended was kept, so it is not done again.
    expect(await handled.reach(2)).toEqual(['at work', 'behind']);
    await queue.add(job('after'), { lane: 'b' });
    expect(await handled.reach(3)).toEqual(['at work', 'behind', 'after']);
  });
});

test('an error never shows the password', async () => {
  const url = 'postgres://me:secret@localhost:1/there';
  const error: unknown = await openPostgresDatabase(url, keepingLog()).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('PostgreSQL at localhost:1/there cannot be used just now');
  expect(String(error)).not.toContain('secret');
});

test('a job that met the database away is done again, and has lost none of its attempts', async () => {
  await withQueue(
    async ({ queue }) => {
      const handled = new Handled();
      queue.start(async (one) => {
        handled.add(one);
        await Promise.resolve();
        if (handled.names.length === 1) throw new StorageUnavailable('the database is away');
      });
      await queue.add(job('first'), { lane: 'a' });
      await queue.add(job('second'), { lane: 'a' });
      expect(await handled.reach(3)).toEqual(['first', 'first', 'second']);
    },
    { maxAttempts: 1 },
  );
});
