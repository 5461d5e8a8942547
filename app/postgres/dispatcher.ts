import type { ClockPort } from '../../shared/ports/clock.ts';

export interface DispatcherOptions<Item> {
  readonly clock: ClockPort;
  /** How many may run at once. */
  readonly places: number;
  /** At most `count` items that nobody else gets. */
  readonly claim: (count: number) => Promise<Claimed<Item>>;
  /** Never rejects. */
  readonly run: (item: Item) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

interface Claimed<Item> {
  readonly jobs: readonly Item[];
  /** There are more at once. */
  readonly isMore: boolean;
  /** When there may be more, in milliseconds from now. */
  readonly nextMs?: number;
}

/** How often it looks unasked, for what nobody told it of. */
const LOOK_MS = 2_000;

/** Keeps as many items running as it has places for, and waits without asking while there are none. */
export class Dispatcher<Item> {
  readonly #options: DispatcherOptions<Item>;
  readonly #running = new Set<Promise<void>>();
  #pause = new AbortController();
  #isStopped = false;
  #looking: Promise<void> | undefined;

  constructor(options: DispatcherOptions<Item>) {
    this.#options = options;
  }

  start(): void {
    this.#looking ??= this.#look();
  }

  /** There may be something to claim, or a place to fill. */
  wake(): void {
    this.#pause.abort();
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Hands out nothing more; resolves when all that runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#looking;
    await Promise.all(this.#running);
  }

  async #look(): Promise<void> {
    while (!this.#isStopped) {
      this.#pause = new AbortController();
      const ms = await this.#fill();
      // The only rejection is the wake-up, which may have come while the places were filled.
      await this.#options.clock.sleep(ms, this.#pause.signal).catch(() => undefined);
    }
  }

  /** Returns how long to wait before the next look. */
  async #fill(): Promise<number> {
    const free = this.#options.places - this.#running.size;
    if (free <= 0) return LOOK_MS;
    try {
      const { jobs, isMore, nextMs = LOOK_MS } = await this.#options.claim(free);
      for (const job of jobs) this.#run(job);
      return jobs.length > 0 && isMore ? 0 : Math.min(nextMs, LOOK_MS);
    } catch (error) {
      if (!this.#isStopped) this.#options.onTrouble(error);
      return LOOK_MS;
    }
  }

  #run(item: Item): void {
    const run = this.#options.run(item).finally(() => {
      this.#running.delete(run);
      this.wake();
    });
    this.#running.add(run);
  }
}
