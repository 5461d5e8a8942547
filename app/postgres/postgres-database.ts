import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import type { LogPort } from '../../shared/ports/log.ts';
import type { Database, Query } from '../sql/database.ts';
import { migrate } from '../sql/migrate.ts';
import { migrationsFor } from '../sql/migrations.ts';
import type { Schema } from '../sql/schema.ts';
import { START_AGAIN } from '../sql/storage-error.ts';
import { createPool, placeOf } from './pool.ts';
import { asStorageError, isAway, isCollision } from './postgres-failure.ts';
import { warnOfForgetting } from './warn-of-forgetting.ts';

const MAX_COLLISIONS = 5;

export interface PostgresDatabase extends Database {
  readonly url: string;
  /** As messages name it. */
  readonly place: string;
  /** For pg-boss's own statements. */
  readonly pool: Pool;
}

/**
 * Connects and brings the schema up to date, also when several replicas do so at once.
 *
 * @param url `postgres://user:password@host:port/database`, with `?sslmode=…` for TLS
 * @throws StorageUnavailable when PostgreSQL cannot be reached, StorageUnusable when a newer
 *   release has changed the schema, or when what DATABASE_URL says is refused
 */
export async function openPostgresDatabase(url: string, log: LogPort): Promise<PostgresDatabase> {
  const place = placeOf(url);
  const pool = createPool(url, log);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, { migrations: migrationsFor('postgres'), place });
    await warnOfForgetting(db, place, log);
  } catch (error) {
    await db.destroy();
    throw asStorageError(error, place, START_AGAIN);
  }
  return {
    dialect: 'postgres',
    url,
    place,
    pool,
    read: async (query) => await again({ place, work: async () => await query(db), mayRepeat: isAway }),
    write: async (operation) => await write(db, place, operation),
    close: async () => {
      await db.destroy();
    },
  };
}

/** A transaction that broke before its commit was sent left nothing, so it is safe to run again. */
async function write<T>(db: Kysely<Schema>, place: string, operation: Query<T>): Promise<T> {
  let isCommitting = false;
  const work = async (): Promise<T> => {
    isCommitting = false;
    return await db.transaction().execute(async (transaction) => {
      const result = await operation(transaction);
      isCommitting = true;
      return result;
    });
  };
  return await again({ place, work, mayRepeat: (error) => !isCommitting && isAway(error) });
}

interface Attempted<T> {
  readonly place: string;
  readonly work: () => Promise<T>;
  /** Whether a connection that broke may be answered with one more attempt. */
  readonly mayRepeat: (error: unknown) => boolean;
}

/** A pool hands out connections that broke unnoticed: one more attempt gets a new one. */
async function again<T>({ place, work, mayRepeat }: Attempted<T>): Promise<T> {
  let repeats = 0;
  for (let collisions = 0; ;) {
    try {
      return await work();
    } catch (error) {
      if (isCollision(error) && (collisions += 1) <= MAX_COLLISIONS) continue;
      if (mayRepeat(error) && (repeats += 1) <= 1) continue;
      throw asStorageError(error, place);
    }
  }
}
