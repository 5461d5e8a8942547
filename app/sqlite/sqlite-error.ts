import { StorageUnavailable, StorageUnusable } from '../sql/storage-error.ts';
import { errorCode } from './error-code.ts';

const GOES_ON = 'Nothing was lost, and the App goes on by itself once this is mended.';

const FULL = 'its disk is full. Free some space there.';
const READ_ONLY = 'it cannot be written. Look at the permissions and the mount of its folder.';

/** What an error of SQLite or of the system means for the file, by the beginning of its code. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  SQLITE_FULL: FULL,
  ENOSPC: FULL,
  SQLITE_READONLY: READ_ONLY,
  EROFS: READ_ONLY,
  SQLITE_IOERR: "its disk failed to read or write. Look at the disk and the system's log.",
  SQLITE_CANTOPEN: 'it cannot be opened. Look whether its folder is still there and may be written.',
  SQLITE_BUSY: 'another program has locked it. End that program.',
};
const UNUSABLE: Readonly<Record<string, string>> = {
  SQLITE_NOTADB:
    'it is no SQLite database. Give the path of one in DATABASE_URL, or of a file that does not exist yet.',
  SQLITE_CORRUPT: 'it is damaged. Restore a backup.',
};

/**
 * The same error in our words when it is about the file or its disk; every other as it is.
 *
 * @param then what happens once a file that is not available is mended. Default: a running App goes on.
 */
export function storageError(error: unknown, path: string, then = GOES_ON): unknown {
  const code = errorCode(error);
  const unavailable = textFor(UNAVAILABLE, code);
  if (unavailable)
    return new StorageUnavailable(`The database ${path} is not available: ${unavailable} ${then}`, { cause: error });
  const unusable = textFor(UNUSABLE, code);
  if (unusable) return new StorageUnusable(`The database ${path} cannot be used: ${unusable}`, { cause: error });
  return error;
}

/** Codes may be more precise: SQLITE_IOERR_FSYNC is one of SQLITE_IOERR. */
function textFor(texts: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.entries(texts).find(([beginning]) => code.startsWith(beginning))?.[1];
}
