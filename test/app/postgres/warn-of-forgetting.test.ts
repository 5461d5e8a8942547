import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openPostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';

let careful: PostgresServer;
let careless: PostgresServer;

beforeAll(async () => {
  [careful, careless] = await Promise.all([startPostgres({ isDurable: true }), startPostgres()]);
});

afterAll(async () => {
  await Promise.all([careful.close(), careless.close()]);
});

/** What opening the database writes into the log. */
async function warningsOf(url: string): Promise<readonly string[]> {
  const log = keepingLog();
  const database = await openPostgresDatabase(url, log);
  await database.close();
  return log.lines;
}

describe('PostgreSQL that', () => {
  test('waits for its disk is nothing to speak of', async () => {
    expect(await warningsOf(await careful.createDatabase())).toEqual([]);
  });

  test('does not sync is warned of, without its password', async () => {
    const [warning = '', ...others] = await warningsOf(await careless.createDatabase());
    expect(warning).toMatch(/^warning: PostgreSQL at localhost:\d+\/test_1 runs with fsync = off: a power cut/);
    expect(warning).not.toContain('only-for-tests');
    expect(others).toEqual([]);
  });

  test('confirms too early for this database alone is warned of', async () => {
    const url = await careful.createDatabase();
    const database = await openPostgresDatabase(url, keepingLog());
    const name = new URL(url).pathname.slice(1);
    await database.write((db) => sql`alter database ${sql.id(name)} set synchronous_commit = off`.execute(db));
    await database.close();
    expect(await warningsOf(url)).toEqual([expect.stringContaining('runs with synchronous_commit = off')]);
  });
});
