import type { Kysely } from 'kysely';
import type { Entry, JobJournal, NewEntry, PutOptions } from '../queue/job-journal.ts';
import type { Database } from '../sql/database.ts';
import type { Schema } from '../sql/schema.ts';
import { entryFromRow, letterFromRow, rowFromEntry } from './job-row.ts';

/** A journal in the same file as the runs, sharing their transactions. */
export function createSqliteJournal(database: Database): JobJournal {
  return {
    put: async (entry, options) => await database.write((db) => put(db, entry, options)),
    change: async (id, { place, notBefore, failures, faults, held }) => {
      const row = { place, not_before: notBefore, failures, faults, held: held ? 1 : 0 };
      await database.write((db) => db.updateTable('jobs').set(row).where('id', '=', id).execute());
    },
    remove: async (id) => {
      await database.write((db) => remove(db, id));
    },
    bury: async (id, letter) =>
      await database.write(async (db) => {
        await remove(db, id);
        const values = { letter: JSON.stringify(letter) };
        const row = await db.insertInto('dead_letters').values(values).returning('id').executeTakeFirstOrThrow();
        return String(row.id);
      }),
    letters: async () => {
      const rows = await database.read((db) => db.selectFrom('dead_letters').selectAll().orderBy('id').execute());
      return rows.map(letterFromRow);
    },
    countLetters: async () => await database.read(countLetters),
    replay: async (letterId, place) => await database.write((db) => replay(db, letterId, place)),
    drop: async (letterId) => await database.write(async (db) => (await take(db, letterId)) !== undefined),
  };
}

/** Everything that the journal holds. Of two under one key, which only a kill at the wrong moment leaves, the older goes. */
export async function readEntries(database: Database): Promise<readonly Entry[]> {
  const rows = await database.write(async (db) => {
    const newest = db
      .selectFrom('jobs')
      .select((eb) => eb.fn.max('id').as('id'))
      .where('key', 'is not', null)
      .groupBy(['lane', 'key']);
    await db.deleteFrom('jobs').where('key', 'is not', null).where('id', 'not in', newest).execute();
    return await db.selectFrom('jobs').selectAll().orderBy('id').execute();
  });
  return rows.map(entryFromRow);
}

async function put(db: Kysely<Schema>, entry: NewEntry, { replaces, once }: PutOptions): Promise<number | undefined> {
  if (once !== undefined) {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('once_ids')
      .values({ id: once.id, expires_at: once.expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return undefined;
  }
  if (replaces !== undefined) await remove(db, replaces);
  return await insert(db, entry);
}

async function insert(db: Kysely<Schema>, entry: NewEntry): Promise<number> {
  const row = await db.insertInto('jobs').values(rowFromEntry(entry)).returning('id').executeTakeFirstOrThrow();
  return row.id;
}

async function remove(db: Kysely<Schema>, id: number): Promise<void> {
  await db.deleteFrom('jobs').where('id', '=', id).execute();
}

async function countLetters(db: Kysely<Schema>): Promise<number> {
  const query = db.selectFrom('dead_letters').select((eb) => eb.fn.countAll<number>().as('count'));
  return (await query.executeTakeFirstOrThrow()).count;
}

async function replay(db: Kysely<Schema>, letterId: string, place: number): Promise<Entry | undefined> {
  const letter = await take(db, letterId);
  if (letter === undefined) return undefined;
  const { job, lane } = letter;
  const entry = { job, lane, key: undefined, place, notBefore: 0, failures: 0, faults: 0, held: false };
  return { ...entry, id: await insert(db, entry) };
}

async function take(db: Kysely<Schema>, letterId: string) {
  const row = await db.deleteFrom('dead_letters').where('id', '=', Number(letterId)).returningAll().executeTakeFirst();
  return row && letterFromRow(row);
}
