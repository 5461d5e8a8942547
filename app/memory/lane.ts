import type { Job } from '../../shared/ports/jobs.ts';

export interface Entry {
  readonly job: Job;
  readonly lane: string;
  readonly key: string | undefined;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly failures: number;
  /** Failed, and goes before every other job of its lane. */
  readonly held: boolean;
}

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

  /** At the end, or in place of the one that waits under the same key. */
  add(entry: Entry): void {
    const same = this.#indexOf(entry.key);
    if (same === -1) this.#waiting.push(entry);
    else this.#waiting[same] = entry;
    this.wake();
  }

  /** A job that ran and has to run again, first when it is held. One that came under its key meanwhile makes it needless. */
  putBack(entry: Entry): void {
    if (this.#indexOf(entry.key) !== -1) return;
    if (entry.held) this.#waiting.unshift(entry);
    else this.#waiting.push(entry);
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

  #indexOf(key: string | undefined): number {
    return key === undefined ? -1 : this.#waiting.findIndex((entry) => entry.key === key);
  }
}
