import { copyFile, mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql, type Kysely } from 'kysely';
import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import type { Database } from '../../../app/sql/database.ts';
import type { Schema } from '../../../app/sql/schema.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import { aRun, aTrigger } from '../../support/records.ts';
import { sqliteFile, type SqliteFile } from '../../support/sqlite-file.ts';

let file: SqliteFile;
let database: Database;

beforeEach(async () => {
  file = await sqliteFile();
  database = await openSqliteDatabase(file.path);
});

afterEach(async () => {
  await database.close();
  await file.remove();
});

const note =
  (key: string, value = '"v"') =>
  async (db: Kysely<Schema>) =>
    await db.insertInto('notes').values({ key, value, expires_at: null }).execute();

async function keys(): Promise<readonly string[]> {
  const rows = await database.read((db) => db.selectFrom('notes').select('key').orderBy('key').execute());
  return rows.map(({ key }) => key);
}

async function pragma(statement: string): Promise<void> {
  await database.read((db) => sql`pragma ${sql.raw(statement)}`.execute(db));
}

describe('writes that come at once', () => {
  test('share a transaction: one sees what another did before that one was told', async () => {
    const told: string[] = [];
    const seen: unknown[] = [];
    const write = async (name: string): Promise<void> => {
      const answer = await database.write(async (db) => {
        const rows = await db.selectFrom('notes').select('key').orderBy('key').execute();
        seen.push({ there: rows.map(({ key }) => key), told: [...told] });
        await note(name)(db);
        return name;
      });
      told.push(answer);
    };
    await Promise.all(['a', 'b', 'c'].map(write));
    expect(seen).toEqual([
      { there: [], told: [] },
      { there: ['a'], told: [] },
      { there: ['a', 'b'], told: [] },
    ]);
    expect(told).toEqual(['a', 'b', 'c']);
  });

  test('do not suffer from one among them that fails', async () => {
    const answers = await Promise.allSettled([
      database.write(note('a')),
      database.write(async (db) => {
        await note('half')(db);
        throw new Error('no');
      }),
      database.write(note('a')),
      database.write(note('b')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await keys()).toEqual(['a', 'b']);
  });

  test('are not seen by anybody before they are durable', async () => {
    const write = database.write(note('a'));
    expect(await keys()).toEqual([]);
    await write;
    expect(await keys()).toEqual(['a']);
  });
});

describe('a database that cannot be written', () => {
  test('says that its disk is full, keeps nothing of what it refused, and goes on once there is space', async () => {
    const store = createSqlStore(database);
    await store.insert(aRun());
    await pragma('max_page_count = 30');
    const large = aRun({ id: 'large', trigger: aTrigger({ sourceId: 'large', text: 'x'.repeat(1_000_000) }) });
    const small = aRun({ id: 'small', trigger: aTrigger({ sourceId: 'small' }) });
    const answers = await Promise.allSettled([store.insert(large), store.insert(small)]);
    expect(answers).toMatchObject([
      {
        status: 'rejected',
        reason: {
          name: 'StorageUnavailable',
          message: expect.stringContaining(`The database ${file.path} is not available: its disk is full. Free some`),
        },
      },
      { status: 'fulfilled', value: { kind: 'inserted' } },
    ]);
    await pragma('max_page_count = 100000');
    expect(await store.get('large')).toBeUndefined();
    expect(await store.insert(large)).toEqual({ kind: 'inserted' });
  });

  test('says that it is read-only, is still read, and goes on once it may be written', async () => {
    await database.write(note('a'));
    await pragma('query_only = 1');
    await expect(database.write(note('b'))).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: expect.stringContaining(`The database ${file.path} is not available: it cannot be written.`),
    });
    expect(await keys()).toEqual(['a']);
    await pragma('query_only = 0');
    await database.write(note('b'));
    expect(await keys()).toEqual(['a', 'b']);
  });
});

describe('opening', () => {
  test('makes the folder and the files for their owner alone', async () => {
    const path = join(dirname(file.path), 'deep', 'er', 'x.db');
    const other = await openSqliteDatabase(path);
    const modes = await Promise.all(
      [dirname(path), path, `${path}-wal`, `${path}.lock`, `${path}.pid`].map(async (each) => (await stat(each)).mode),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600', '600', '600']);
    await other.close();
  });

  test('refuses what is no database, by its path, and leaves it as it is', async () => {
    const path = join(dirname(file.path), 'letter.txt');
    await writeFile(path, 'Dear Sir or Madam, '.repeat(100));
    await expect(openSqliteDatabase(path)).rejects.toMatchObject({
      name: 'StorageUnusable',
      message: expect.stringContaining(`The database ${path} cannot be used: it is no SQLite database.`),
    });
    expect((await stat(path)).size).toBe(1_900);
  });

  test('says why a file cannot be made', async () => {
    const path = join(file.path, 'x.db');
    await expect(openSqliteDatabase(path)).rejects.toThrow(`The database ${path} cannot be made: `);
  });

  test('says that a folder, and a file that this user may not open, cannot be opened', async () => {
    const folder = dirname(file.path);
    await expect(openSqliteDatabase(folder)).rejects.toMatchObject({
      name: 'StorageUnusable',
      message: expect.stringContaining(`The file ${folder} cannot be opened. DATABASE_URL has to name a file,`),
    });
    await mkdir(`${folder}/x.db.lock`);
    await expect(openSqliteDatabase(`${folder}/x.db`)).rejects.toMatchObject({
      name: 'StorageUnusable',
      message: expect.stringContaining(`The file ${folder}/x.db.lock cannot be opened.`),
    });
  });

  test('does not take a lock that is broken for one that somebody has', async () => {
    const path = join(dirname(file.path), 'x.db');
    await writeFile(`${path}.lock`, 'Dear Sir or Madam, '.repeat(100));
    await expect(openSqliteDatabase(path)).rejects.toThrow(`The database ${path}.lock cannot be used: it is no SQLite`);
  });

  test('tells of damage that shows later', async () => {
    await database.write(note('a', `"${'x'.repeat(20_000)}"`));
    await database.close();
    const { size } = await stat(file.path);
    const damaged = Buffer.alloc(size - 4_096, 0xff);
    const handle = await open(file.path, 'r+');
    await handle.write(damaged, 0, damaged.length, 4_096);
    await handle.close();
    await expect(openSqliteDatabase(file.path)).rejects.toMatchObject({
      name: 'StorageUnusable',
      message: expect.stringContaining(`The database ${file.path} cannot be used: it is damaged. Restore a backup.`),
    });
  });

  test('refuses the schema of a newer release', async () => {
    await database.write((db) =>
      sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2100-01-01')`.execute(db),
    );
    await database.close();
    await expect(openSqliteDatabase(file.path)).rejects.toThrow(
      `The database ${file.path} has the schema "9999-later" of a newer release; this release knows "0005-job-faults" at most.`,
    );
  });
});

test('a closed database is one file, which is a whole backup', async () => {
  await database.write(note('a'));
  await database.close();
  const copy = join(dirname(file.path), 'copy.db');
  await copyFile(file.path, copy);
  database = await openSqliteDatabase(copy);
  expect(await keys()).toEqual(['a']);
});

test('a closed database finishes what it was given, and says so to whoever comes later', async () => {
  const write = database.write(note('a'));
  await database.close();
  await write;
  await expect(database.write(note('b'))).rejects.toThrow(`The database ${file.path} is closed.`);
  await expect(keys()).rejects.toThrow('is closed');
});
