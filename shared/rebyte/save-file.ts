import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidResponseError, ValidationError } from './errors.ts';
import { plainFileName } from './artifact-name.ts';

export interface SaveTarget {
  /** Made if missing. */
  readonly directory: string;
  readonly name: string;
  readonly maxBytes: number;
}

/**
 * Writes a stream to a file in the directory, whole or not at all: under a temporary name first. A regular file of that
 * name is replaced; a link, a directory or anything else is refused.
 *
 * @returns the file's path.
 * @throws ValidationError for the name or what is in its place, InvalidResponseError beyond `maxBytes`.
 */
export async function saveFile(
  chunks: AsyncIterable<Uint8Array>,
  { directory, name, maxBytes }: SaveTarget,
): Promise<string> {
  const target = join(directory, plainFileName(name));
  await mkdir(directory, { recursive: true });
  const present = await lstat(target).catch(() => undefined);
  if (present !== undefined && !present.isFile()) {
    throw new ValidationError('name', `${target} exists and is not a regular file; it is left alone.`);
  }
  const temporary = join(directory, `.rebyte-${randomUUID()}.part`);
  try {
    await writeAll(chunks, temporary, { name, maxBytes });
    // Renaming replaces a link that appeared meanwhile instead of following it.
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return target;
}

async function writeAll(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  limit: Pick<SaveTarget, 'name' | 'maxBytes'>,
): Promise<void> {
  // wx: never through something that is there already.
  const file = await open(path, 'wx');
  try {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.byteLength;
      if (size > limit.maxBytes) throw new InvalidResponseError(`${limit.name} is larger than ${limit.maxBytes} bytes`);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
}
