import type { ClockPort } from '../../../shared/ports/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Real time, that a test can put forward: whoever slept till then wakes up. */
export class TestClock implements ClockPort {
  #ahead = 0;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return Date.now() + this.#ahead;
  }

  steady(): number {
    return performance.now() + this.#ahead;
  }

  advance(ms: number): void {
    this.#ahead += ms;
    for (const { until, wake } of this.#sleepers) if (until <= this.now()) wake();
  }

  /** Back to real time: Rebyte's signatures have that, and are refused when they are five minutes old. */
  reset(): void {
    this.#ahead = 0;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => () => {
        clearTimeout(timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const sleeper: Sleeper = { until: this.now() + ms, wake: end(resolve) };
      const abort = end(() => reject(signal?.reason instanceof Error ? signal.reason : new Error('Aborted.')));
      const timer = setTimeout(sleeper.wake, ms);
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
    });
  }
}
