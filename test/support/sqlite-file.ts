import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for a database in a folder of its own. */
export interface SqliteFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

export async function sqliteFile(): Promise<SqliteFile> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  return {
    path: join(folder, 'rebyte.db'),
    remove: async () => {
      await rm(folder, { recursive: true });
    },
  };
}
