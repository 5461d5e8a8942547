/**
 * Keeps one place on GitHub up to date: one write at a time, always of the latest value, values in between skipped.
 * A report that changes faster than GitHub answers costs no extra writes.
 */
export class LatestWrite<T> {
  readonly #write: (value: T) => Promise<void>;
  #next: { value: T } | undefined;
  #running: Promise<void> | undefined;

  constructor(write: (value: T) => Promise<void>) {
    this.#write = write;
  }

  /** Writes `value` as soon as the write under way is over. Errors are the writer's own affair. */
  push(value: T): void {
    this.#next = { value };
    this.#running ??= this.#drain();
  }

  /** Resolves when the latest value is written. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#next !== undefined) {
        const { value } = this.#next;
        this.#next = undefined;
        await this.#write(value);
      }
    } finally {
      this.#running = undefined;
    }
  }
}
