import type { Entry } from './job-journal.ts';

/** This moment, by both clocks of {@link import('../../shared/ports/clock.ts').ClockPort}. */
export interface Moment {
  readonly now: number;
  readonly steady: number;
}

interface Waiting {
  readonly entry: Entry;
  /** Its moment by the steady clock, so that a clock that is set back makes nobody wait longer. */
  readonly due: number;
}

/** The jobs that wait in one lane, in their order. */
export class Lane {
  /** Whether a worker looks after it. */
  busy = false;
  /** Tells the worker that something was added. */
  wake: () => void = () => undefined;
  readonly #waiting: Waiting[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** The entry that waits under the key. */
  under(key: string | undefined): Entry | undefined {
    return key === undefined ? undefined : this.#waiting.find(({ entry }) => entry.key === key)?.entry;
  }

  /** At its place, instead of the older one that waits under the same key, which is given back. */
  add(entry: Entry, { now, steady }: Moment): Entry | undefined {
    const same = this.under(entry.key);
    // Two that were added at the same time may arrive in any order.
    if (same !== undefined && same.id > entry.id) return entry;
    if (same !== undefined) this.#takeOut(this.#waiting.findIndex((waiting) => waiting.entry === same));
    const before = this.#waiting.findLastIndex((other) => goesFirst(other.entry, entry));
    this.#waiting.splice(before + 1, 0, { entry, due: steady + Math.max(0, entry.notBefore - now) });
    this.wake();
    return same;
  }

  /** Takes out what may run now. */
  take(moment: Moment): Entry | undefined {
    return this.#takeOut(this.#candidates().findIndex((waiting) => waitOf(waiting, moment) <= 0));
  }

  /** Milliseconds until {@link take} may have something, at most 0 when it has; undefined when nothing waits. */
  wait(moment: Moment): number | undefined {
    const waits = this.#candidates().map((waiting) => waitOf(waiting, moment));
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  #takeOut(index: number): Entry | undefined {
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]?.entry;
  }

  #candidates(): readonly Waiting[] {
    return this.#waiting[0]?.entry.held === true ? this.#waiting.slice(0, 1) : this.#waiting;
  }
}

function goesFirst(one: Entry, other: Entry): boolean {
  return one.held === other.held ? one.place <= other.place : one.held;
}

/** Whichever clock says that its moment has come is right: the one may have been set, the other has slept with the machine. */
function waitOf({ entry, due }: Waiting, { now, steady }: Moment): number {
  return Math.min(entry.notBefore - now, due - steady);
}
