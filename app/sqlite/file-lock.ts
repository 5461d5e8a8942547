import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { START_AGAIN, StorageUnusable } from '../sql/storage-error.ts';
import { errorCode } from './error-code.ts';
import { openFile } from './sqlite-dialect.ts';
import { storageError } from './sqlite-error.ts';

export interface FileLock {
  readonly release: () => Promise<void>;
}

/**
 * Makes this process the only one that works with the file. The operating system holds the lock, on `<path>.lock`, and
 * frees it however the process ends, so none is ever left behind; `<path>.pid` only tells people whose it is.
 *
 * @throws StorageUnusable when another process has it, or the lock cannot be opened; StorageUnavailable when its disk is full.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const lockPath = `${path}.lock`;
  const pidPath = `${path}.pid`;
  await createPrivately(lockPath);
  // Node has no file locks; SQLite has, and an open transaction on an empty database is nothing but a lock.
  const lock = openFile(lockPath);
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    if (!errorCode(cause).startsWith('SQLITE_BUSY')) throw storageError(cause, lockPath, START_AGAIN);
    throw inUse(path, await holder(pidPath), cause);
  }
  // Without it, for want of space, only the message to others is poorer.
  await writeFile(pidPath, `${pid}\n${hostname()}\n`, { mode: 0o600 }).catch(() => undefined);
  return {
    release: async () => {
      await rm(pidPath, { force: true });
      lock.close();
    },
  };
}

/** Creates the file, for its owner alone, unless it is there. Opening it again here would drop the locks that this process has. */
export async function createPrivately(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.close();
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function holder(pidPath: string): Promise<string> {
  // Missing while the other process is just starting or ending.
  const text = await readFile(pidPath, 'utf8').catch(() => '');
  const [id, host] = text.split('\n');
  return id ? `process ${id} on ${host}` : 'another process';
}

function inUse(path: string, by: string, cause: unknown): StorageUnusable {
  return new StorageUnusable(
    `The database ${path} is in use by ${by}, and only one process at a time can work with it. ` +
      'End that process, or set DATABASE_URL=postgres://… to run several.',
    { cause },
  );
}
