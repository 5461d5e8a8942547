import type { Entry } from './job-journal.ts';

/** The jobs that wait in one lane, in their order. */
export class Lane {
  /** Whether a worker looks after it. */
  busy = false;
  /** Tells the worker that something was added. */
  wake: () => void = () => undefined;
  readonly #waiting: Entry[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** The entry that waits under the key. */
  under(key: string | undefined): Entry | undefined {
    return key === undefined ? undefined : this.#waiting.find((entry) => entry.key === key);
  }

  /** At its place, instead of the older one that waits under the same key, which is given back. */
  add(entry: Entry): Entry | undefined {
    const same = this.under(entry.key);
    // Two that were added at the same time may arrive in any order.
    if (same !== undefined && same.id > entry.id) return entry;
    if (same !== undefined) this.#waiting.splice(this.#waiting.indexOf(same), 1);
    const before = this.#waiting.findLastIndex((other) => goesFirst(other, entry));
    this.#waiting.splice(before + 1, 0, entry);
    this.wake();
    return same;
  }

  /** Takes out what may run now. */
  take(now: number): Entry | undefined {
    const index = this.#candidates().findIndex(({ notBefore }) => notBefore <= now);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** When {@link take} may have something; undefined when nothing waits. */
  nextMoment(): number | undefined {
    const moments = this.#candidates().map(({ notBefore }) => notBefore);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  #candidates(): readonly Entry[] {
    return this.#waiting[0]?.held === true ? this.#waiting.slice(0, 1) : this.#waiting;
  }
}

function goesFirst(one: Entry, other: Entry): boolean {
  return one.held === other.held ? one.place <= other.place : one.held;
}
