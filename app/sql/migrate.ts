import { DEFAULT_MIGRATION_TABLE, Migrator, type Kysely, type Migration } from 'kysely';
import { StorageUnusable } from './storage-error.ts';
import type { Schema } from './schema.ts';

export interface MigrateOptions {
  /** By name; names begin with their number. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** How messages name the database, without any password. */
  readonly place: string;
}

/**
 * Brings the schema up to date. Several replicas may do so at once where the dialect has a lock for it.
 *
 * @throws StorageUnusable when a newer release has changed the schema; what the database itself throws.
 */
export async function migrate(db: Kysely<Schema>, options: MigrateOptions): Promise<void> {
  await refuseNewer(db, options);
  const provider = { getMigrations: async () => Promise.resolve(options.migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  // A newer replica may have come first since we looked.
  await refuseNewer(db, options);
  throw error;
}

async function refuseNewer(db: Kysely<Schema>, { migrations, place }: MigrateOptions): Promise<void> {
  const done = await appliedMigrations(db);
  const unknown = done.filter((name) => !(name in migrations)).sort();
  if (unknown.length === 0) return;
  const ours = Object.keys(migrations).sort().at(-1) ?? 'none';
  throw new StorageUnusable(
    `The database ${place} has the schema "${unknown.at(-1)}" of a newer release; this release knows "${ours}" at most. ` +
      'Start the newer release, or restore a backup that was made before it ran.',
  );
}

async function appliedMigrations(db: Kysely<Schema>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const kept = db.withTables<{ kysely_migration: { name: string } }>();
  const rows = await kept.selectFrom(DEFAULT_MIGRATION_TABLE).select('name').execute();
  return rows.map(({ name }) => name);
}
