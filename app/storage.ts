import type { ClockPort } from '../shared/ports/clock.ts';
import type { Job, WorkQueue } from '../shared/ports/jobs.ts';
import type { LogPort } from '../shared/ports/log.ts';
import type { Store } from '../shared/ports/store.ts';
import type { Backoff } from './retry-delay.ts';
import type { StorageSettings } from './storage-settings.ts';

/** Where the App keeps its runs and jobs. */
export interface Storage {
  readonly store: Store;
  readonly queue: WorkQueue;
  /** One sentence for the log: where it is, and what outlives this process. */
  readonly description: string;
  /** Lets go of it; the queue has been drained by then. */
  readonly close: () => Promise<void>;
}

export interface StorageOptions {
  readonly clock: ClockPort;
  /** The log of a job; without one, the log of the queue itself. */
  readonly log: (job?: Job) => LogPort;
  /** Pauses before a failed job runs again. Default: from 1 s, at most 60 s. */
  readonly backoff?: Backoff;
}

/**
 * Opens the storage that the settings name, and brings its schema up to date. Only what is chosen is loaded.
 *
 * @throws StorageUnusable when it does not do as it is, StorageUnavailable when it cannot be reached now
 */
export async function openStorage(settings: StorageSettings, options: StorageOptions): Promise<Storage> {
  if (settings.kind === 'memory') return await openMemory(options);
  if (settings.kind === 'sqlite') return await openSqlite(settings.path, options);
  return await openPostgres(settings.url, options);
}

async function openMemory(options: StorageOptions): Promise<Storage> {
  const { createMemoryStore } = await import('./memory/memory-store.ts');
  const { createMemoryQueue } = await import('./memory/memory-queue.ts');
  return {
    store: createMemoryStore(),
    queue: createMemoryQueue(options),
    description: 'Runs and jobs are kept in memory: what is under way is forgotten when this process ends.',
    close: async () => await Promise.resolve(),
  };
}

async function openSqlite(path: string, options: StorageOptions): Promise<Storage> {
  const { openSqliteDatabase } = await import('./sqlite/sqlite-database.ts');
  const { openSqliteQueue } = await import('./sqlite/sqlite-queue.ts');
  const { createSqlStore } = await import('./sql/store.ts');
  const database = await openSqliteDatabase(path);
  try {
    return {
      store: createSqlStore(database),
      queue: await openSqliteQueue(database, options),
      description: `Runs and jobs are kept in ${path}, which this process alone works with.`,
      close: async () => await database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openPostgres(url: string, options: StorageOptions): Promise<Storage> {
  const { openPostgresDatabase } = await import('./postgres/postgres-database.ts');
  const { openPostgresQueue } = await import('./postgres/postgres-queue.ts');
  const { createSqlStore } = await import('./sql/store.ts');
  const database = await openPostgresDatabase(url, options.log());
  try {
    return {
      store: createSqlStore(database),
      queue: await openPostgresQueue({ ...options, database }),
      description: `Runs and jobs are kept in ${database.place}, which any number of processes can work with.`,
      close: async () => await database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
