import { lstat } from 'node:fs/promises';
import type { ChangedFile } from './status.ts';

const AT_ONCE = 64;

/** Bytes that the files take on disk before anything is packed; what is gone counts nothing. */
export async function sizeOfFiles(root: string, files: readonly ChangedFile[]): Promise<number> {
  let total = 0;
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const sizes = files.slice(start, start + AT_ONCE).map(async ({ path }) => {
      // Names need not be UTF-8: see ChangedFile.
      const found = await lstat(Buffer.from(`${Buffer.from(root).toString('latin1')}/${path}`, 'latin1')).catch(
        () => undefined,
      );
      return found?.isFile() === true ? found.size : 0;
    });
    for (const size of await Promise.all(sizes)) total += size;
  }
  return total;
}
