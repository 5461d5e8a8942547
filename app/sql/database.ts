import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

/** Builds and runs queries; awaits nothing else, because others wait for the connection. */
export type Query<T> = (db: Kysely<Schema>) => Promise<T>;

/**
 * A database that is open and migrated. Whole numbers come back as numbers, PostgreSQL's `bigint` included. Both methods
 * reject with a StorageUnavailable when the database cannot do its work just now, and with the query's own error otherwise.
 */
export interface Database {
  readonly dialect: Dialect;
  /** Sees what was committed, and changes nothing. */
  read<T>(query: Query<T>): Promise<T>;
  /**
   * Runs the operation in a transaction. Resolves once what it did is durable; when it rejects, nothing of it is kept. It may
   * share its transaction with others, and it must be safe to run again, because a transaction may be repeated.
   */
  write<T>(operation: Query<T>): Promise<T>;
  /** Finishes what is under way and lets go of the database. */
  close(): Promise<void>;
}
