import type { Store } from '../../shared/ports/store.ts';
import type { Database } from './database.ts';
import { lookStoreOver } from './look-store.ts';
import { noteStoreOver } from './note-store.ts';
import { prune } from './prune.ts';
import { runStoreOver } from './run-store.ts';

/** The store in a database, written once for both dialects. */
export function createSqlStore(database: Database): Store {
  return {
    ...runStoreOver(database),
    ...lookStoreOver(database),
    ...noteStoreOver(database),
    prune: async (before) => await database.write((db) => prune(db, database.dialect, before)),
  };
}
