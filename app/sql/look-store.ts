import type { Kysely, Selectable } from 'kysely';
import type { DueAccount, LookStore, OpenState, WatchedRun } from '../../shared/ports/store.ts';
import type { Database } from './database.ts';
import { isOneOf, type Dialect } from './dialect.ts';
import type { RunTable, Schema } from './schema.ts';

const OPEN_STATES: readonly OpenState[] = ['received', 'acknowledged', 'submitting', 'running'];
/** Of rows that are written in one step: small enough to hold up nothing else. */
const BATCH = 500;

/** The next looks of the sweep, in a database. Every query reads from an index, and from the rows only of what it gives. */
export function lookStoreOver(database: Database): LookStore {
  const { dialect } = database;
  return {
    due: async ({ state, now, limit }) => {
      const rows = await database.read((db) =>
        dueRuns(db, state, now).select(WATCHED).orderBy('look_at').limit(limit).execute(),
      );
      return rows.map((row) => watchedFromRow(row, state));
    },
    dueOfTasks: async (taskIds, now) => {
      const rows = await database.read((db) => ofTasks(db, dialect, taskIds));
      // Not asked of the database: it would rather go through all that is due than look up a hundred tasks.
      const due = rows.filter((row) => row.state === 'running' && row.look_at !== null && row.look_at <= now);
      return due.map((row) => watchedFromRow(row, 'running'));
    },
    dueAccounts: async (now) => await database.read((db) => dueAccounts(db, now)),
    putOff: async (ids, until) => {
      if (ids.length === 0) return;
      await database.write((db) => putOff(db, dialect, { ids, until }));
    },
    bringForward: async (looks) => {
      for (const state of OPEN_STATES) await inBatches(database, { ...looks, state });
    },
  };
}

/** Of an index on state and moment. */
function dueRuns(db: Kysely<Schema>, state: OpenState, now: number) {
  return db.selectFrom('runs').where('settled_at', 'is', null).where('state', '=', state).where('look_at', '<=', now);
}

async function ofTasks(db: Kysely<Schema>, dialect: Dialect, taskIds: readonly string[]) {
  return await db
    .selectFrom('runs')
    .select([...WATCHED, 'state', 'look_at'])
    .where((eb) => isOneOf(eb.ref('task_id'), taskIds, dialect))
    .execute();
}

const WATCHED = ['id', 'task_id', 'repository', 'created_at', 'began_at', 'asked_at', 'overdue_at'] as const;
type WatchedRow = Pick<Selectable<RunTable>, (typeof WATCHED)[number]>;

function watchedFromRow(row: WatchedRow, state: OpenState): WatchedRun {
  const beganAt = row.began_at ?? row.created_at;
  return {
    id: row.id,
    state,
    ...(row.task_id !== null && { taskId: row.task_id }),
    owner: ownerOf(row.repository),
    beganAt,
    askedAt: row.asked_at ?? beganAt,
    overdueAt: row.overdue_at ?? Infinity,
  };
}

function ownerOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/'));
}

/** When a run began that a release before this one stored is unknown: any task in the list can be its own. */
async function dueAccounts(db: Kysely<Schema>, now: number): Promise<readonly DueAccount[]> {
  const repositories = await dueRuns(db, 'running', now)
    .select((eb) => [
      'repository',
      eb.fn.countAll<number>().as('runs'),
      eb.fn.min<number>(eb.fn.coalesce('began_at', eb.lit(0))).as('began_at'),
    ])
    .groupBy('repository')
    .execute();
  const accounts = new Map<string, DueAccount>();
  for (const { repository, runs, began_at: beganAt } of repositories) {
    const owner = ownerOf(repository);
    const known = accounts.get(owner) ?? { owner, runs: 0, beganAt: Infinity };
    accounts.set(owner, { owner, runs: known.runs + runs, beganAt: Math.min(known.beganAt, beganAt) });
  }
  return [...accounts.values()];
}

async function putOff(
  db: Kysely<Schema>,
  dialect: Dialect,
  { ids, until }: { readonly ids: readonly string[]; readonly until: number },
): Promise<void> {
  await db
    .updateTable('runs')
    .set({ look_at: until })
    .where((eb) => isOneOf(eb.ref('id'), ids, dialect))
    .execute();
}

interface Forward {
  readonly laterThan: number;
  readonly to: number;
  readonly state: OpenState;
}

async function inBatches(database: Database, forward: Forward): Promise<void> {
  let moved: number;
  do moved = await database.write((db) => bringForward(db, forward));
  while (moved === BATCH);
}

/** Returns how many it was. */
async function bringForward(db: Kysely<Schema>, { laterThan, to, state }: Forward): Promise<number> {
  const late = db
    .selectFrom('runs')
    .select('seq')
    .where('settled_at', 'is', null)
    .where('state', '=', state)
    // What has been brought there must not be found again.
    .where((eb) => eb.or([eb('look_at', 'is', null), eb('look_at', '>', Math.max(laterThan, to))]))
    .limit(BATCH);
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ look_at: to })
    .where('seq', 'in', late)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
