import type { PgBoss } from 'pg-boss';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import type { ClaimedJob } from './claim.ts';

const BEAT_MS = 5_000;

export interface HeartbeatOptions {
  readonly boss: PgBoss;
  readonly clock: ClockPort;
  readonly log: LogPort;
}

/** Tells pg-boss which jobs are still being worked on here, so that it does not give them to another replica. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  /** Queue by id. */
  readonly #jobs = new Map<string, string>();
  readonly #end = new AbortController();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#beat();
  }

  /** One that runs here already, because this replica was taken for dead, goes on and is not begun a second time. */
  async during({ id, name }: ClaimedJob, work: () => Promise<void>): Promise<void> {
    if (this.#jobs.has(id)) return;
    this.#jobs.set(id, name);
    try {
      await work();
    } finally {
      this.#jobs.delete(id);
    }
  }

  /** How many jobs are left behind. */
  stop(): number {
    this.#end.abort();
    return this.#jobs.size;
  }

  async #beat(): Promise<void> {
    const { boss, clock, log } = this.#options;
    while (!this.#end.signal.aborted) {
      // The only rejection is the end.
      await clock.sleep(BEAT_MS, this.#end.signal).catch(() => undefined);
      for (const [queue, ids] of this.#byQueue()) {
        await boss.touch(queue, ids).catch((error: unknown) => {
          log.debug(`PostgreSQL was not told that ${ids.length} jobs are still running: ${String(error)}`);
        });
      }
    }
  }

  #byQueue(): ReadonlyMap<string, string[]> {
    const queues = new Map<string, string[]>();
    for (const [id, queue] of this.#jobs) queues.set(queue, [...(queues.get(queue) ?? []), id]);
    return queues;
  }
}
