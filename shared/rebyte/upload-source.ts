import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ValidationError } from './errors.ts';
import { fileChunks } from './file-chunks.ts';

/** A file on disk. `filename` defaults to the path's last part, `contentType` to application/octet-stream. */
export interface PathSource {
  readonly path: string;
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
}

/** Bytes from elsewhere; they can be read only once, so a broken upload is not repeated. */
export interface StreamSource {
  readonly stream: AsyncIterable<Uint8Array>;
  /** Exactly this many bytes must come. */
  readonly size: number;
  readonly filename: string;
  readonly contentType?: string | undefined;
}

export type UploadSource = PathSource | StreamSource;

export interface Upload {
  readonly filename: string;
  readonly contentType: string | undefined;
  readonly size: number;
  readonly repeatable: boolean;
  /** The bytes, read as they are taken: exactly `size`, or it throws. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** @throws ValidationError when the path is not a readable regular file. */
export async function uploadFrom(source: UploadSource): Promise<Upload> {
  const { contentType } = source;
  if ('stream' in source) {
    const { stream, size, filename } = source;
    if (!Number.isSafeInteger(size) || size < 0)
      throw new ValidationError('size', `size must be a count of bytes, got ${size}.`);
    return { filename, contentType, size, repeatable: false, open: () => exactly(stream, size, filename) };
  }
  const { path, filename = basename(path) } = source;
  const size = await sizeOf(path);
  const open = () => exactly(fileChunks(path), size, path);
  return { filename, contentType, size, repeatable: true, open };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
  } catch (cause) {
    throw new ValidationError(
      'path',
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  throw new ValidationError('path', `${path} is not a regular file.`);
}

/** Content-Length has gone out before the bytes: a file that grows or shrinks meanwhile would corrupt the request. */
async function* exactly(bytes: AsyncIterable<Uint8Array>, size: number, name: string): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.byteLength;
    if (count > size) break;
    yield chunk;
  }
  if (count === size) return;
  const change = count > size ? 'grew' : `ended after ${count}`;
  throw new ValidationError(
    'path',
    `${name} changed while it was sent: ${size} bytes were announced, but it ${change}.`,
  );
}
