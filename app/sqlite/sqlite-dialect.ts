import Libsql from 'libsql';
import { SqliteAdapter, SqliteDialect, type SqliteDatabase } from 'kysely';
import { StorageUnusable } from '../sql/storage-error.ts';

/** The driver, known here alone: another with the same few methods can take its place. */
export type Connection = InstanceType<typeof Libsql>;

/** Statements are few; what queries of unusual shape add must not grow for ever. */
const MAX_STATEMENTS = 200;
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens the file as it is, and makes it when it is missing.
 *
 * @throws StorageUnusable when that cannot be done; the driver tells no more than that
 */
export function openFile(path: string): Connection {
  try {
    return new Libsql(path);
  } catch (cause) {
    throw new StorageUnusable(
      `The file ${path} cannot be opened. DATABASE_URL has to name a file, not a folder, and the user of this process ` +
        'has to be allowed to read and write it and what stands beside it.',
      { cause },
    );
  }
}

/**
 * Opens the file's one connection. A write-ahead log that reaches the disk with every commit: what was committed survives a
 * power cut. The timeout comes first, because changing the journal's mode may have to wait too.
 */
export function connectTo(path: string): Connection {
  const connection = openFile(path);
  try {
    connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Kysely over that connection. */
export class EmbeddedDialect extends SqliteDialect {
  constructor(connection: Connection) {
    super({ database: rememberingStatements(connection) });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite can undo changes to the schema, so a migration that fails leaves nothing half done. Kysely makes no use of it. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Preparing a statement costs more than running it. */
function rememberingStatements(connection: Connection): SqliteDatabase {
  const statements = new Map<string, ReturnType<Connection['prepare']>>();
  return {
    prepare: (text) => {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const statement = connection.prepare(text);
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(text, statement);
      return statement;
    },
    close: () => {
      statements.clear();
      connection.close();
    },
  };
}
