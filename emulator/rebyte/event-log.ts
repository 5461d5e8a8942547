import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const CHUNK_BYTES = 64 * 1024;

/**
 * The events of one prompt, one JSON line each, in a file: a reader can be as slow as it likes, and join as late as it
 * likes, without the events piling up in memory. One writer, many readers.
 */
export class EventLog {
  readonly path: string;
  #writer: FileHandle | undefined;
  #bytes = 0;
  #count = 0;
  #ended = false;
  #followed = false;
  readonly #waiting = new Set<() => void>();

  constructor(path: string) {
    this.path = path;
  }

  /** How many events there are; the last one's `seq`. */
  get count(): number {
    return this.#count;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when the lines are in the file, which is what slows the agent's process down to the disk's speed. */
  async append(lines: readonly string[]): Promise<void> {
    if (this.#ended || lines.length === 0) return;
    if (this.#writer === undefined) {
      await mkdir(dirname(this.path), { recursive: true });
      this.#writer = await open(this.path, 'a');
    }
    const chunk = Buffer.from(`${lines.join('\n')}\n`);
    await this.#writer.appendFile(chunk);
    this.#bytes += chunk.length;
    this.#count += lines.length;
    this.#wake();
  }

  /** No more events; readers see the end once they have read what is there. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#writer?.close();
    this.#writer = undefined;
    this.#wake();
  }

  /**
   * All lines from the start, then what comes, in batches, until the end or the signal. An empty batch is yielded
   * each `idleMs` without news, so that the reader can send a heartbeat.
   */
  async *follow(signal: AbortSignal, idleMs: number): AsyncGenerator<readonly string[]> {
    this.#followed = true;
    this.#wake();
    let position = 0;
    let rest: Buffer = Buffer.alloc(0);
    let reader: FileHandle | undefined;
    try {
      while (!signal.aborted) {
        if (position < this.#bytes) {
          reader ??= await open(this.path, 'r');
          const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, this.#bytes - position));
          const { bytesRead } = await reader.read(chunk, 0, chunk.length, position);
          position += bytesRead;
          const { lines, tail } = splitLines(Buffer.concat([rest, chunk.subarray(0, bytesRead)]));
          rest = tail;
          if (lines.length > 0) yield lines;
        } else if (this.#ended) return;
        else if (!(await this.#news(signal, idleMs))) yield [];
      }
    } finally {
      await reader?.close();
    }
  }

  /** Resolves when somebody has begun to follow, when that takes longer than `ms`, or at the signal. */
  async followed(signal: AbortSignal, ms: number): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    while (!this.#followed && !limit.aborted) await this.#news(limit, ms);
  }

  /** False when nothing happened for `idleMs`. */
  #news(signal: AbortSignal, idleMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (news: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve(news);
      };
      const wake = (): void => settle(true);
      const timer = setTimeout(() => settle(false), idleMs);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

function splitLines(bytes: Buffer): { readonly lines: string[]; readonly tail: Buffer } {
  const end = bytes.lastIndexOf(0x0a);
  if (end === -1) return { lines: [], tail: bytes };
  return { lines: bytes.toString('utf8', 0, end).split('\n'), tail: bytes.subarray(end + 1) };
}
