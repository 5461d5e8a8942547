/**
 * The database cannot do its work just now: its disk is full, its file may not be written, its server is away. Nothing of
 * the operation was promised. The same operation may succeed later, without a restart.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}

/** What happens after a {@link StorageUnavailable} that comes before the App has started: it ends. */
export const START_AGAIN = 'Then start the App again.';

/** The database does not do as it is: no database, damaged, in use by another process, or made by a newer release. */
export class StorageUnusable extends Error {
  override readonly name = 'StorageUnusable';
}
