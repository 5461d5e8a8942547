import type { Kysely } from 'kysely';
import { changedRun } from '../../shared/domain/changed-run.ts';
import { threadKey } from '../../shared/domain/engine/lanes.ts';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { OpenState, RunStore } from '../../shared/ports/store.ts';
import type { Database } from './database.ts';
import { forUpdate, type Dialect } from './dialect.ts';
import { insertRun } from './insert-run.ts';
import { rowFromRun, runFromRow } from './run-row.ts';
import type { Schema } from './schema.ts';

const OPEN_STATES: readonly OpenState[] = ['received', 'acknowledged', 'submitting', 'running'];
/** Large enough to be few, small enough to hold up nothing else. */
const PAGE_SIZE = 200;

/** Runs in a database. */
export function runStoreOver(database: Database): RunStore {
  const { dialect } = database;
  return {
    insert: async (run, limits = []) => await database.write((db) => insertRun(db, dialect, { run, limits })),
    update: async (id, changes, onlyIf) =>
      await database.write((db) => updateRun(db, dialect, { id, changes, ...(onlyIf && { onlyIf }) })),
    get: async (id) => {
      const row = await database.read((db) => records(db).where('id', '=', id).executeTakeFirst());
      return row && runFromRow(row);
    },
    byTask: async (taskId) => {
      const rows = await database.read((db) => records(db).where('task_id', '=', taskId).orderBy('seq').execute());
      return rows.map(runFromRow);
    },
    openInThread: async (thread) => {
      const rows = await database.read((db) => inThread(db, threadKey(thread)).orderBy('seq').execute());
      return rows.map(runFromRow);
    },
    lastInThread: async (thread) => {
      const row = await database.read((db) =>
        records(db).where('thread_key', '=', threadKey(thread)).orderBy('seq', 'desc').limit(1).executeTakeFirst(),
      );
      return row && runFromRow(row);
    },
    open: (states) => openRuns(database, states ?? OPEN_STATES),
    countOpen: async () => await database.read(countOpen),
  };
}

function records(db: Kysely<Schema>) {
  return db.selectFrom('runs').select('record');
}

function inThread(db: Kysely<Schema>, key: string) {
  return records(db).where('thread_key', '=', key).where('settled_at', 'is', null);
}

interface RunChange {
  readonly id: string;
  readonly changes: Partial<RunRecord>;
  readonly onlyIf?: (stored: RunRecord) => boolean;
}

async function updateRun(
  db: Kysely<Schema>,
  dialect: Dialect,
  { id, changes, onlyIf = () => true }: RunChange,
): Promise<RunRecord | undefined> {
  const row = await forUpdate(records(db).where('id', '=', id), dialect).executeTakeFirst();
  if (row === undefined) return undefined;
  const before = runFromRow(row);
  if (!onlyIf(before)) return undefined;
  const updated = changedRun(before, structuredClone(changes));
  await db.updateTable('runs').set(rowFromRun(updated, before)).where('id', '=', id).execute();
  return updated;
}

/** Each page is a read of its own, so a long walk holds up nobody and meets what changed on the way. */
async function* openRuns(database: Database, states: readonly OpenState[]): AsyncIterable<RunRecord> {
  if (states.length === 0) return;
  let last = 0;
  for (;;) {
    const after = last;
    const rows = await database.read((db) =>
      db
        .selectFrom('runs')
        .select(['seq', 'record'])
        .where('settled_at', 'is', null)
        .where('state', 'in', states)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(PAGE_SIZE)
        .execute(),
    );
    yield* rows.map(runFromRow);
    if (rows.length < PAGE_SIZE) return;
    last = rows.at(-1)?.seq ?? last;
  }
}

async function countOpen(db: Kysely<Schema>): Promise<ReadonlyMap<OpenState, number>> {
  const rows = await db
    .selectFrom('runs')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('settled_at', 'is', null)
    .groupBy('state')
    .execute();
  const counts = OPEN_STATES.map((state) => [state, rows.find((row) => row.state === state)?.count ?? 0] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}
