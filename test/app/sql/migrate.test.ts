import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Kysely, type Migration } from 'kysely';
import { connectTo, EmbeddedDialect } from '../../../app/sqlite/sqlite-dialect.ts';
import { migrate } from '../../../app/sql/migrate.ts';
import type { Schema } from '../../../app/sql/schema.ts';
import { sqliteFile, type SqliteFile } from '../../support/sqlite-file.ts';

const FIRST: Migration = { up: async (db) => await db.schema.createTable('first').addColumn('a', 'text').execute() };
const SECOND: Migration = { up: async (db) => await db.schema.createTable('second').addColumn('a', 'text').execute() };

let file: SqliteFile;
let db: Kysely<Schema>;

beforeEach(async () => {
  file = await sqliteFile();
  db = new Kysely<Schema>({ dialect: new EmbeddedDialect(connectTo(file.path)) });
});

afterEach(async () => {
  await db.destroy();
  await file.remove();
});

async function tables(): Promise<readonly string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name).toSorted();
}

async function migrateTo(migrations: Readonly<Record<string, Migration>>): Promise<void> {
  await migrate(db, { migrations, place: 'rebyte.db' });
}

describe('a migration', () => {
  test('runs once, and the next release goes on from there', async () => {
    await migrateTo({ '0001-first': FIRST });
    await migrateTo({ '0001-first': FIRST });
    await migrateTo({ '0001-first': FIRST, '0002-second': SECOND });
    expect(await tables()).toEqual(['first', 'second']);
  });

  test('that fails leaves nothing half done, and runs again at the next start', async () => {
    const halfWay: Migration = {
      up: async (on) => {
        await SECOND.up(on);
        throw new Error('the power went');
      },
    };
    await expect(migrateTo({ '0001-first': FIRST, '0002-second': halfWay })).rejects.toThrow('the power went');
    expect(await tables()).toEqual([]);
    await migrateTo({ '0001-first': FIRST, '0002-second': SECOND });
    expect(await tables()).toEqual(['first', 'second']);
  });

  test('of a newer release is refused, with both versions and what to do', async () => {
    await migrateTo({ '0001-first': FIRST, '0002-second': SECOND });
    await expect(migrateTo({ '0001-first': FIRST })).rejects.toMatchObject({
      name: 'StorageUnusable',
      message:
        'The database rebyte.db has the schema "0002-second" of a newer release; this release knows "0001-first" at most. ' +
        'Start the newer release, or restore a backup that was made before it ran.',
    });
  });
});
