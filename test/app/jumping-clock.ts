import type { ClockPort } from '../../shared/ports/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Stands still until it is moved; whoever slept till then wakes up. Nothing really waits. */
export class JumpingClock implements ClockPort {
  #now = Date.parse('2026-03-01T12:00:00Z');
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  steady(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const sleeper: Sleeper = { until: this.#now + ms, wake: end(resolve) };
      const abort = end(() => reject(new Error('Woken.')));
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Passes the time up to a moment, from one sleeper to the next, so that each acts at its own. */
  async passUntil(moment: number): Promise<void> {
    for (;;) {
      await settled();
      const next = Math.min(...[...this.#sleepers].map(({ until }) => until));
      if (next > moment) break;
      this.#now = Math.max(this.#now, next);
      for (const { until, wake } of this.#sleepers) if (until <= this.#now) wake();
    }
    this.#now = moment;
  }
}

/** Everything that waits for nothing but promises is done when the event loop comes round. */
async function settled(): Promise<void> {
  for (let rounds = 0; rounds < 3; rounds += 1) await new Promise((resolve) => setImmediate(resolve));
}
