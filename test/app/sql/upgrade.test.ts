import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Kysely, sql } from 'kysely';
import { migrate } from '../../../app/sql/migrate.ts';
import { migrationsFor } from '../../../app/sql/migrations.ts';
import type { Schema } from '../../../app/sql/schema.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { connectTo, EmbeddedDialect } from '../../../app/sqlite/sqlite-dialect.ts';
import { readEntries } from '../../../app/sqlite/sqlite-journal.ts';
import { aRun, aTrigger } from '../../support/records.ts';
import { sqliteFile, type SqliteFile } from '../../support/sqlite-file.ts';

const THREAD = { owner: 'acme', repo: 'app', number: 7 };
const GONE = { ...THREAD, number: 8 };

let file: SqliteFile;

/** A database as the release before the one with `0003-looks` left it, with an open run. */
beforeEach(async () => {
  file = await sqliteFile();
  const db = new Kysely<Schema>({ dialect: new EmbeddedDialect(connectTo(file.path)) });
  const known = Object.entries(migrationsFor('sqlite')).filter(([name]) => name < '0003');
  await migrate(db, { migrations: Object.fromEntries(known), place: file.path });
  const run = aRun({ state: 'running', taskId: 't1', submittedAt: 1_000, deadlineAt: 9_000 });
  await sql`insert into runs (id, source_id, position, thread_key, repository, sender, task_id, state, created_at, record)
    values (${run.id}, 'IC_1', 0, 'acme/app#7', 'acme/app', 'ada', 't1', 'running', 1000, ${JSON.stringify(run)})`.execute(
    db,
  );
  await sql`insert into jobs (lane, place, not_before, failures, held, job)
    values ('x', 1, 0, 2, 1, '{"kind":"sweep"}')`.execute(db);
  for (const [thread, task] of Object.entries({ 'acme/app#7': 't1', 'acme/app#8': 't2' }))
    await sql`insert into conversations (thread_key, task_id) values (${thread}, ${task})`.execute(db);
  await db.destroy();
});

afterEach(async () => {
  await file.remove();
});

test('a run that was open before the sweep had its own columns is looked after by the next sweep, and asked', async () => {
  const database = await openSqliteDatabase(file.path);
  try {
    const store = createSqlStore(database);
    expect(await store.due({ state: 'running', now: 5_000, limit: 1 })).toEqual([]);
    await store.bringForward({ laterThan: 60_000, to: 5_000 });
    const watched = { id: 'run-1', state: 'running', owner: 'acme', beganAt: 1_000, askedAt: 1_000 } as const;
    const due = { ...watched, taskId: 't1', overdueAt: Infinity };
    expect(await store.due({ state: 'running', now: 5_000, limit: 1 })).toEqual([due]);
    expect(await store.dueAccounts(5_000)).toEqual([{ owner: 'acme', runs: 1, beganAt: 0 }]);
    const younger = { state: 'running', taskId: 't9', submittedAt: 2_000, askedAt: 2_000 } as const;
    await store.insert(aRun({ id: 'run-2', trigger: aTrigger({ sourceId: 'IC_2' }), ...younger }));
    expect(await store.dueAccounts(100_000)).toEqual([{ owner: 'acme', runs: 2, beganAt: 0 }]);
    await store.update('run-2', { state: 'settled' });
    await store.update('run-1', { askedAt: 5_000 });
    expect(await store.due({ state: 'running', now: 100_000, limit: 1 })).toEqual([
      { ...due, askedAt: 5_000, overdueAt: 9_000 },
    ]);
  } finally {
    await database.close();
  }
});

test('a job that waited before queues counted what passes by itself has waited out nothing', async () => {
  const database = await openSqliteDatabase(file.path);
  try {
    expect(await readEntries(database)).toMatchObject([{ job: { kind: 'sweep' }, failures: 2, faults: 0, held: true }]);
  } finally {
    await database.close();
  }
});

test('conversations of threads whose runs were forgotten before are forgotten, the others kept', async () => {
  const database = await openSqliteDatabase(file.path);
  try {
    const store = createSqlStore(database);
    expect([await store.conversation(THREAD), await store.conversation(GONE)]).toEqual([{ taskId: 't1' }, undefined]);
  } finally {
    await database.close();
  }
});
