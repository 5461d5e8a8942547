import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  if (given === undefined) return { kind: 'sqlite', path: resolve(DEFAULT_PATH) };
  if (given === 'memory:') return { kind: 'memory' };
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(given)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return { kind: 'sqlite', path: resolve(given) };
    case 'file':
      return { kind: 'sqlite', path: pathOf(given) };
    case 'postgres':
    case 'postgresql':
      if (!URL.canParse(given) || new URL(given).pathname.length < 2)
        throw new Error(`DATABASE_URL names no database: ${FORMS}.`);
      return { kind: 'postgres', url: given };
    default:
      throw new Error(`DATABASE_URL begins with "${scheme}:", which is not known: ${FORMS}.`);
  }
}

/** `file:///absolute`, and `file:relative` as SQLite itself takes it. */
function pathOf(given: string): string {
  try {
    return given.startsWith('file://') ? fileURLToPath(given) : resolve(given.slice('file:'.length));
  } catch {
    throw new Error(`DATABASE_URL is a file: URL that names no file on this machine: ${FORMS}.`);
  }
}
