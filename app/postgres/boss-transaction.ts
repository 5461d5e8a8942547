import type { Kysely } from 'kysely';
import { fromKysely, type PgBoss } from 'pg-boss';
import { takeTurns } from '../sql/dialect.ts';
import type { Schema } from '../sql/schema.ts';
import type { WorkQueueName } from './queue-names.ts';

/** A transaction in which pg-boss and our own tables change together. */
export interface BossTransaction {
  readonly boss: PgBoss;
  /** For our own queries. */
  readonly sql: Kysely<Schema>;
  /** For pg-boss's methods, as their option. */
  readonly db: ReturnType<typeof fromKysely>;
}

export function bossTransaction(boss: PgBoss, sql: Kysely<Schema>): BossTransaction {
  return { boss, sql, db: fromKysely(sql) };
}

/**
 * Until the transaction ends, no replica claims jobs of this queue. Whatever frees or holds a lane in more than one step
 * needs this, because a claim sees each step alone.
 */
export async function stopClaims({ sql }: BossTransaction, queue: WorkQueueName): Promise<void> {
  await takeTurns(sql, 'postgres', `claim ${queue}`);
}
