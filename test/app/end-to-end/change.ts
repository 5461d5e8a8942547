import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 25_000;
/** A condition that nobody tells of is looked at this often. */
const LOOK_EVERY_MS = 100;

/** Wakes whoever waits for something to happen. */
export class Change {
  readonly #waiting = new Set<() => void>();

  happened(): void {
    for (const wake of this.#waiting) wake();
  }

  /**
   * Waits until something is there: looks whenever something happened, and now and then.
   *
   * @param what describes it, for the error when it does not come.
   */
  async until<T>(look: () => Promise<T | undefined | false>, what: () => Promise<string> | string): Promise<T> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    let wake = (): void => undefined;
    // One waiter for all its looks, gone with the last: nothing piles up while nothing happens.
    const waiter = (): void => wake();
    this.#waiting.add(waiter);
    try {
      for (;;) {
        const next = new Promise<void>((resolve) => (wake = resolve));
        const found = await look();
        if (found !== undefined && found !== false) return found;
        if (deadline.aborted) throw new Error(`Waited in vain for ${await what()}`);
        await Promise.race([next, sleep(LOOK_EVERY_MS)]);
      }
    } finally {
      this.#waiting.delete(waiter);
    }
  }
}
