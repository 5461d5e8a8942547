import { open } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;
/**
 * How many chunks are alive at once. undici takes the next one only when the socket has drained, so two would do; a
 * chunk larger than the socket's buffer always waits for that.
 */
const RING = 4;

/**
 * A file's bytes in buffers that are used again: **a chunk is overwritten after three more were taken**. A stream's
 * fresh buffers would pile up until the collector comes, 50 MB of them in an upload of 50 MiB.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path);
  try {
    const ring = Array.from({ length: RING }, () => Buffer.allocUnsafeSlow(CHUNK_BYTES));
    for (;;) {
      for (const buffer of ring) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    }
  } finally {
    await file.close();
  }
}
