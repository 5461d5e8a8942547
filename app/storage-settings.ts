import { sqlitePathFrom } from './sqlite/sqlite-path.ts';

/** What DATABASE_URL names. */
export type StorageSettings =
  /** Forgets everything when the process ends; for trying things out. */
  | { readonly kind: 'memory' }
  /** One file, one process. */
  | { readonly kind: 'sqlite'; readonly path: string }
  /** Any number of processes. The URL may hold a password. */
  | { readonly kind: 'postgres'; readonly url: string };

const DEFAULT_PATH = 'data/rebyte.db';
const FORMS = 'give a path or file: URL for SQLite, postgres://user:password@host/database for PostgreSQL, or memory:';

/**
 * Reads DATABASE_URL. Default: SQLite in `data/rebyte.db` below the folder that the App is started in.
 *
 * @throws Error that says what is wrong and what to give, without the value of a URL, which may hold a password
 */
export function storageFrom(given: string | undefined): StorageSettings {
  if (given === 'memory:') return { kind: 'memory' };
  const path = sqlitePathFrom(given ?? DEFAULT_PATH);
  if (path !== undefined) return { kind: 'sqlite', path };
  const isPostgres = /^postgres(?:ql)?:/i.test(given ?? '');
  if (!isPostgres || given === undefined) throw new Error(`DATABASE_URL names nothing that is known: ${FORMS}.`);
  if (!URL.canParse(given) || new URL(given).pathname.length < 2)
    throw new Error(`DATABASE_URL names no database of PostgreSQL: ${FORMS}.`);
  return { kind: 'postgres', url: given };
}
