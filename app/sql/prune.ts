import type { Kysely } from 'kysely';
import type { Store } from '../../shared/ports/store.ts';
import { isOneOf, type Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

type Before = Parameters<Store['prune']>[0];

/** One step of a transaction. Ids of jobs that were added once are pruned as notes are. */
export async function prune(
  db: Kysely<Schema>,
  dialect: Dialect,
  { settledBefore, now, limit }: Before,
): Promise<number> {
  const runs = db.selectFrom('runs').select('seq').where('settled_at', '<', settledBefore).limit(limit);
  const notes = db.selectFrom('notes').select('key').where('expires_at', '<', now).limit(limit);
  const ids = db.selectFrom('once_ids').select('id').where('expires_at', '<', now).limit(limit);
  const gone = await db.deleteFrom('runs').where('seq', 'in', runs).returning('thread_key').execute();
  await endConversations(db, dialect, [...new Set(gone.map((run) => run.thread_key))]);
  const deletions = [
    await db.deleteFrom('notes').where('key', 'in', notes).executeTakeFirst(),
    await db.deleteFrom('once_ids').where('id', 'in', ids).executeTakeFirst(),
  ];
  return deletions.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), gone.length);
}

/** A thread without runs has nothing left to go on with. */
async function endConversations(db: Kysely<Schema>, dialect: Dialect, threads: readonly string[]): Promise<void> {
  if (threads.length === 0) return;
  await db
    .deleteFrom('conversations')
    .where((eb) => isOneOf(eb.ref('thread_key'), threads, dialect))
    .where((eb) =>
      eb.not(
        eb.exists(eb.selectFrom('runs').select('seq').whereRef('runs.thread_key', '=', 'conversations.thread_key')),
      ),
    )
    .execute();
}
