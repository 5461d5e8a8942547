import type { Kysely } from 'kysely';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { Inserted, StartLimit } from '../../shared/ports/store.ts';
import { takeTurns, type Dialect } from './dialect.ts';
import { repositoryKey, rowFromRun } from './run-row.ts';
import type { Schema } from './schema.ts';

export interface NewRun {
  readonly run: RunRecord;
  readonly limits: readonly StartLimit[];
}

/** One step of a transaction; {@link import('../../shared/ports/store.ts').RunStore.insert} says what it promises. */
export async function insertRun(db: Kysely<Schema>, dialect: Dialect, { run, limits }: NewRun): Promise<Inserted> {
  if (limits.length > 0) {
    // Two transactions that count at the same time would each find room for one.
    await takeTurns(db, dialect, `runs of ${repositoryKey(run.trigger.repository)}`);
    if (await isKnown(db, run)) return { kind: 'known' };
    for (const limit of limits) {
      const oldestAt = await reachedSince(db, run, limit);
      if (oldestAt !== undefined) return { kind: 'over', limit, oldestAt };
    }
  }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('runs')
    .values(rowFromRun(run))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return { kind: numInsertedOrUpdatedRows === 1n ? 'inserted' : 'known' };
}

async function isKnown(db: Kysely<Schema>, { id, trigger, command }: RunRecord): Promise<boolean> {
  const row = await db
    .selectFrom('runs')
    .select('seq')
    .where((eb) =>
      eb.or([
        eb('id', '=', id),
        eb.and([eb('source_id', '=', trigger.sourceId), eb('position', '=', command.position)]),
      ]),
    )
    .executeTakeFirst();
  return row !== undefined;
}

/** When the run began that has to leave the window before there is room; undefined while there is. */
async function reachedSince(db: Kysely<Schema>, run: RunRecord, limit: StartLimit): Promise<number | undefined> {
  const ofRepository = db
    .selectFrom('runs')
    .select('created_at')
    .where('repository', '=', repositoryKey(run.trigger.repository))
    .where('created_at', '>', limit.since);
  const counted =
    limit.scope === 'user' ? ofRepository.where('sender', '=', run.trigger.sender.login.toLowerCase()) : ofRepository;
  const row = await counted
    .orderBy('created_at', 'desc')
    .limit(1)
    .offset(Math.max(0, limit.limit - 1))
    .executeTakeFirst();
  return row?.created_at;
}
