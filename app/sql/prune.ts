import type { Kysely } from 'kysely';
import type { Store } from '../../shared/ports/store.ts';
import type { Schema } from './schema.ts';

type Before = Parameters<Store['prune']>[0];

/** One step of a transaction. Ids of jobs that were added once are pruned as notes are. */
export async function prune(db: Kysely<Schema>, { settledBefore, now, limit }: Before): Promise<number> {
  const runs = db.selectFrom('runs').select('seq').where('settled_at', '<', settledBefore).limit(limit);
  const notes = db.selectFrom('notes').select('key').where('expires_at', '<', now).limit(limit);
  const ids = db.selectFrom('once_ids').select('id').where('expires_at', '<', now).limit(limit);
  const deletions = [
    await db.deleteFrom('runs').where('seq', 'in', runs).executeTakeFirst(),
    await db.deleteFrom('notes').where('key', 'in', notes).executeTakeFirst(),
    await db.deleteFrom('once_ids').where('id', 'in', ids).executeTakeFirst(),
  ];
  return deletions.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}
