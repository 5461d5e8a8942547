import { sql, type Kysely, type Migration } from 'kysely';
import { growingKey, wholeNumber, type Dialect } from './dialect.ts';

/**
 * Every step of the schema, by its name, in order. Forward only: a step that was released never changes, and the release
 * before must be able to work with its outcome, because replicas are replaced one by one.
 */
export function migrationsFor(dialect: Dialect): Record<string, Migration> {
  return {
    '0001-runs-and-notes': { up: async (db) => await runsAndNotes(db, dialect) },
    ...(dialect === 'sqlite' && { '0002-embedded-jobs': { up: async (db) => await embeddedJobs(db, dialect) } }),
    ...(dialect === 'postgres' && { '0002-job-order': { up: jobOrder } }),
    '0003-looks': { up: async (db) => await looks(db, dialect) },
    '0004-conversations-end': { up: conversationsEnd },
    ...(dialect === 'sqlite' && { '0005-job-faults': { up: jobFaults } }),
  };
}

async function runsAndNotes(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createRuns(db, dialect);
  await db.schema
    .createTable('conversations')
    .addColumn('thread_key', 'text', (column) => column.primaryKey())
    .addColumn('task_id', 'text', (column) => column.notNull())
    .addColumn('workspace_id', 'text')
    .execute();
  await db.schema
    .createTable('notes')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expires_at', wholeNumber(dialect))
    .execute();
  await db.schema.createIndex('notes_by_expiry').on('notes').column('expires_at').execute();
  await db.schema
    .createTable('once_ids')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('expires_at', wholeNumber(dialect), (column) => column.notNull())
    .execute();
  await db.schema.createIndex('once_ids_by_expiry').on('once_ids').column('expires_at').execute();
}

async function createRuns(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('seq', wholeNumber(dialect), growingKey(dialect))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('thread_key', 'text', (column) => column.notNull())
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('task_id', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', wholeNumber(dialect), (column) => column.notNull())
    .addColumn('settled_at', wholeNumber(dialect))
    .addColumn('record', 'text', (column) => column.notNull())
    .addUniqueConstraint('runs_by_source', ['source_id', 'position'])
    .execute();
  await db.schema.createIndex('runs_by_thread').on('runs').columns(['thread_key', 'seq']).execute();
  await db.schema.createIndex('runs_by_task').on('runs').columns(['task_id', 'seq']).execute();
  await db.schema.createIndex('runs_by_start').on('runs').columns(['repository', 'created_at']).execute();
  // Open runs are few and read often, settled ones many: an index of the open ones alone stays small.
  await db.schema
    .createIndex('runs_open')
    .on('runs')
    .columns(['seq', 'state'])
    .where(sql<boolean>`settled_at is null`)
    .execute();
  await db.schema.createIndex('runs_by_end').on('runs').column('settled_at').execute();
}

async function embeddedJobs(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('id', wholeNumber(dialect), growingKey(dialect))
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('key', 'text')
    .addColumn('place', wholeNumber(dialect), (column) => column.notNull())
    .addColumn('not_before', wholeNumber(dialect), (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('held', 'integer', (column) => column.notNull())
    .addColumn('job', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('dead_letters')
    .addColumn('id', wholeNumber(dialect), growingKey(dialect))
    .addColumn('letter', 'text', (column) => column.notNull())
    .execute();
}

/** Numbers the jobs that pg-boss keeps. */
async function jobOrder(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence job_order`.execute(db);
}

/** Runs that are open now have no next look: the first sweep gives them one. */
async function looks(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const column of ['look_at', 'began_at', 'asked_at', 'overdue_at'])
    await db.schema.alterTable('runs').addColumn(column, wholeNumber(dialect)).execute();
  // With all that is asked of very many rows, so that the rows themselves are left alone.
  await db.schema
    .createIndex('runs_by_look')
    .on('runs')
    .columns(['state', 'look_at', 'repository', 'began_at'])
    .where(sql<boolean>`settled_at is null`)
    .execute();
}

/** From here on a thread's conversation goes with its last run; those whose runs had gone before were left. */
async function conversationsEnd(db: Kysely<unknown>): Promise<void> {
  await sql`delete from conversations where not exists (select 1 from runs where runs.thread_key = conversations.thread_key)`.execute(
    db,
  );
}

/** With PostgreSQL the number is in pg-boss's `data`. */
async function jobFaults(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('jobs')
    .addColumn('faults', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
