import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import type { Database } from '../../../app/sql/database.ts';
import { aRun, aTrigger } from '../../support/records.ts';
import { sqliteFile, type SqliteFile } from '../../support/sqlite-file.ts';
import { startWriter } from './writer.ts';

let file: SqliteFile;

beforeEach(async () => {
  file = await sqliteFile();
});

afterEach(async () => {
  await file.remove();
});

describe('what was promised', () => {
  test('is there after kill -9 under load, five times over', async () => {
    const promised: string[] = [];
    for (const round of ['a', 'b', 'c', 'd', 'e']) {
      const writer = startWriter(file.path, round, '20');
      await writer.said(200);
      const [first, ...ids] = await writer.kill();
      expect(first).toBe('open');
      promised.push(...ids);
    }
    const database = await openSqliteDatabase(file.path);
    const rows = await database.read((db) => db.selectFrom('runs').select('id').execute());
    await database.close();
    const kept = new Set(rows.map(({ id }) => id));
    expect(promised.length).toBeGreaterThan(900);
    expect(promised.filter((id) => !kept.has(id))).toEqual([]);
  });

  test('has been given to the disk by then: a copy of the files holds it', async () => {
    const database = await openSqliteDatabase(file.path);
    const store = createSqlStore(database);
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await store.insert(aRun({ id, trigger: aTrigger({ sourceId: id }) }));
      expect(await idsInCopy(file.path)).toContain(id);
    }
    await database.close();
  });

  test('waits for the disk: the log reaches it with every commit', async () => {
    const database = await openSqliteDatabase(file.path);
    expect(await pragma(database, 'synchronous')).toEqual({ synchronous: 2 });
    expect(await pragma(database, 'journal_mode')).toEqual({ journal_mode: 'wal' });
    await database.close();
  });
});

async function pragma(database: Database, name: string): Promise<unknown> {
  const { rows } = await database.read((db) => sql`pragma ${sql.raw(name)}`.execute(db));
  return rows[0];
}

/** The files as a power cut would leave them when the disk has what it was given. */
async function idsInCopy(path: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-copy-'));
  const copy = join(folder, 'copy.db');
  await copyFile(path, copy);
  await copyFile(`${path}-wal`, `${copy}-wal`);
  const database = await openSqliteDatabase(copy);
  const rows = await database.read((db) => db.selectFrom('runs').select('id').execute());
  await database.close();
  await rm(folder, { recursive: true });
  return rows.map(({ id }) => id);
}
