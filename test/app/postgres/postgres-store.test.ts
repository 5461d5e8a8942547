import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { storeConformance } from '../../support/store-conformance.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.close();
});

storeConformance(
  'a store in PostgreSQL',
  async () => {
    const url = await server.createDatabase();
    let database = await openPostgresDatabase(url, keepingLog());
    return {
      store: createSqlStore(database),
      reopen: async () => {
        await database.close();
        database = await openPostgresDatabase(url, keepingLog());
        return createSqlStore(database);
      },
      close: async () => await database.close(),
    };
  },
  { durable: true },
);

test('replicas that start at once on an empty database bring its schema up together', async () => {
  const url = await server.createDatabase();
  const opened = await Promise.all(
    Array.from({ length: 4 }, async () => await openPostgresDatabase(url, keepingLog())),
  );
  try {
    const [first, last] = [opened[0], opened.at(-1)];
    await first?.write(async (db) => await db.insertInto('notes').values({ key: 'k', value: '"v"' }).execute());
    const notes = await last?.read(async (db) => await db.selectFrom('notes').select('key').execute());
    expect(notes).toEqual([{ key: 'k' }]);
  } finally {
    await Promise.all(opened.map(async (database) => await database.close()));
  }
});
