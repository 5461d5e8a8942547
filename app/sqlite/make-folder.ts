import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from './error-code.ts';

/** What opening or syncing a folder gives where that cannot be done: on Windows, or where it may be written and not read. */
const CANNOT_SYNC = ['EISDIR', 'EPERM', 'EINVAL', 'EACCES'];

/**
 * Makes the folder, for its owner alone, and those above it that are missing. Their names are on the disk when it resolves:
 * SQLite sees to the names in the folder, and to nothing above it.
 */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = resolve(folder); made !== dirname(made); made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === resolve(first)) return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_SYNC.includes(errorCode(error))) throw error;
  }
}
