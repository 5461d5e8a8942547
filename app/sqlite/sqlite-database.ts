import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import type { Database } from '../sql/database.ts';
import { migrate } from '../sql/migrate.ts';
import { migrationsFor } from '../sql/migrations.ts';
import type { Schema } from '../sql/schema.ts';
import { START_AGAIN, StorageUnusable } from '../sql/storage-error.ts';
import { createPrivately, lockFile } from './file-lock.ts';
import { GroupCommit } from './group-commit.ts';
import { makeFolder } from './make-folder.ts';
import { connectTo, EmbeddedDialect, type Connection } from './sqlite-dialect.ts';
import { storageError } from './sqlite-error.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/**
 * Opens the database in one file, for this process alone, and brings its schema up to date. The file and its folder are made
 * when they are missing, for their owner alone: runs hold what is said in private repositories.
 *
 * @param path of the file; `-wal`, `-shm`, `.lock` and `.pid` files stand beside it.
 * @throws StorageUnusable when the file is no database, damaged, in use, of a newer release, or cannot be made or opened;
 *   StorageUnavailable when it cannot be written.
 */
export async function openSqliteDatabase(path: string): Promise<Database> {
  await prepareFile(path);
  const lock = await lockFile(path);
  try {
    const connection = connectTo(path);
    const db = new Kysely<Schema>({ dialect: new EmbeddedDialect(connection) });
    await migrate(db, { migrations: migrationsFor('sqlite'), place: path });
    return databaseOver({ db, connection, path, unlock: lock.release });
  } catch (error) {
    await lock.release();
    throw storageError(error, path, START_AGAIN);
  }
}

async function prepareFile(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await createPrivately(path);
  } catch (cause) {
    const why = messageOf(cause);
    throw new StorageUnusable(
      `The database ${path} cannot be made: ${why}. Give a path in DATABASE_URL where this process may write.`,
      { cause },
    );
  }
}

interface Opened {
  readonly db: Kysely<Schema>;
  readonly connection: Connection;
  readonly path: string;
  readonly unlock: () => Promise<void>;
}

function databaseOver({ db, connection, path, unlock }: Opened): Database {
  const writes = new GroupCommit(db, () => connection.inTransaction);
  let closed = false;
  const inOurWords = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new Error(`The database ${path} is closed. Start a new process to use it.`);
    try {
      return await work();
    } catch (error) {
      throw storageError(error, path);
    }
  };
  return {
    dialect: 'sqlite',
    read: async (query) => await inOurWords(() => query(db)),
    write: async (operation) => await inOurWords(() => writes.write(operation)),
    close: async () => {
      if (closed) return;
      closed = true;
      await writes.idle();
      tidy(connection);
      await db.destroy();
      await unlock();
    },
  };
}

/** Brings the log's content into the file, so that the file alone is a whole backup. */
function tidy(connection: Connection): void {
  try {
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // The log holds everything as well, and the next start reads it.
  }
}
