import type { ClockPort } from '../../shared/ports/clock.ts';
import type { DeadLetter, Job, JobOptions, WorkQueue } from '../../shared/ports/jobs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { retryDelay, type Backoff } from '../retry-delay.ts';
import type { Entry, JobJournal } from './job-journal.ts';
import { outcomeOf } from './job-outcome.ts';
import { Lane, type Moment } from './lane.ts';
import { ABOUT_A_DAY, LONGEST_WAIT_MS, type Patience } from './patience.ts';
import { messageOf } from '../../shared/model/message-of.ts';

export interface LaneQueueOptions {
  readonly clock: ClockPort;
  /** Retries are told as warnings, dead letters as errors, each in the log of its job. */
  readonly log: (job?: Job) => LogPort;
  /** Failures after which a job is set aside. Default 10: some four minutes with the default backoff. */
  readonly maxAttempts?: number;
  /** Default: from 1 s, at most 60 s. */
  readonly backoff?: Backoff;
  /** How what passes by itself is waited out. Default: for about a day. */
  readonly patience?: Patience;
  /** In [0, 1), for jitter. Default Math.random. */
  readonly random?: () => number;
}

export interface Journaled {
  readonly journal: JobJournal;
  /** What the journal kept, in any order. */
  readonly kept: readonly Entry[];
  /** Whether what waits is still there at the next start. When it is not, `drain` first does what is due. */
  readonly durable: boolean;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 };
const DEFAULT_DRAIN_MS = 25_000;
/** Timers take no more than 2^31 ms; a worker looks again after an hour. */
const MAX_PAUSE_MS = 3_600_000;

type Handler = (job: Job) => Promise<void>;

/** The jobs of one process, each written to its journal before it counts; {@link WorkQueue} says what it promises. */
export class LaneQueue implements WorkQueue {
  readonly #options: Required<LaneQueueOptions>;
  readonly #journal: JobJournal;
  readonly #durable: boolean;
  readonly #lanes = new Map<string, Lane>();
  readonly #workers = new Set<Promise<void>>();
  readonly #end = new AbortController();
  #handler: Handler | undefined;
  #phase: 'open' | 'draining' | 'closed' = 'open';
  #running = 0;
  #lastPlace: number;

  constructor(options: LaneQueueOptions, { journal, kept, durable }: Journaled) {
    this.#options = {
      maxAttempts: 10,
      backoff: DEFAULT_BACKOFF,
      patience: ABOUT_A_DAY,
      random: Math.random,
      ...options,
    };
    this.#journal = journal;
    this.#durable = durable;
    this.#lastPlace = kept.reduce((last, { place }) => Math.max(last, place), 0);
    for (const entry of kept) this.#lane(entry.lane).add(this.#dueInTime(entry), this.#moment());
  }

  async add(job: Job, { lane, notBefore = 0, key, once }: JobOptions): Promise<boolean> {
    this.#refuseWhenClosed(`job "${job.kind}" cannot be added`);
    const replaced = this.#lanes.get(lane)?.under(key);
    const place = replaced?.place ?? this.#nextPlace();
    const entry = { job: structuredClone(job), lane, key, place, notBefore, failures: 0, faults: 0, held: false };
    const id = await this.#journal.put(entry, { replaces: replaced?.id, ...(once && { once }) });
    if (id === undefined) return false;
    const needless = this.#place({ ...entry, id });
    // One that was added at the same time, under the same key.
    if (needless !== undefined && needless.id !== replaced?.id) await this.#journal.remove(needless.id);
    return true;
  }

  start(handler: Handler): void {
    this.#handler = handler;
    for (const [name, lane] of this.#lanes) this.#attend(name, lane);
  }

  async drain(timeoutMs: number = DEFAULT_DRAIN_MS): Promise<void> {
    if (this.#phase === 'closed') return;
    this.#phase = 'draining';
    for (const lane of this.#lanes.values()) lane.wake();
    const giveUp = new AbortController();
    const timeout = this.#options.clock.sleep(timeoutMs, giveUp.signal).catch(() => undefined);
    await Promise.race([this.#allIdle(), timeout]);
    giveUp.abort();
    this.#phase = 'closed';
    this.#end.abort();
    this.#tellWhatIsLeft();
  }

  async depth(): Promise<{ waiting: number; running: number; dead: number }> {
    const dead = await this.#journal.countLetters();
    return { waiting: this.#waiting(), running: this.#running, dead };
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return await this.#journal.letters();
  }

  async replay(id: string): Promise<boolean> {
    this.#refuseWhenClosed(`dead letter ${id} cannot be replayed`);
    const entry = await this.#journal.replay(id, this.#nextPlace());
    if (entry !== undefined) this.#place(entry);
    return entry !== undefined;
  }

  async drop(id: string): Promise<boolean> {
    return await this.#journal.drop(id);
  }

  /** A moment further ahead was kept by a clock that has been set back since. */
  #dueInTime(entry: Entry): Entry {
    return { ...entry, notBefore: Math.min(entry.notBefore, this.#options.clock.now() + LONGEST_WAIT_MS) };
  }

  #refuseWhenClosed(what: string): void {
    if (this.#phase === 'closed') throw new Error(`The queue is closed, so the ${what}. Start a new process for it.`);
  }

  #nextPlace(): number {
    return (this.#lastPlace += 1);
  }

  #waiting(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.size, 0);
  }

  #tellWhatIsLeft(): void {
    const [waiting, running] = [this.#waiting(), this.#running];
    if (this.#durable && running > 0)
      this.#options
        .log()
        .warning(`The queue closed with ${running} jobs unfinished; they run again at the next start.`);
    if (!this.#durable && waiting + running > 0)
      this.#options
        .log()
        .warning(`The queue closed with ${waiting} jobs waiting and ${running} unfinished; they are lost.`);
  }

  async #allIdle(): Promise<void> {
    // A job may add others while it runs, and those their own workers.
    while (this.#workers.size > 0) await Promise.all(this.#workers);
  }

  #lane(name: string): Lane {
    const lane = this.#lanes.get(name) ?? new Lane();
    this.#lanes.set(name, lane);
    return lane;
  }

  /** Puts the entry in its lane; gives the one that it makes needless, or itself when a newer one did. */
  #place(entry: Entry): Entry | undefined {
    const lane = this.#lane(entry.lane);
    const needless = lane.add(entry, this.#moment());
    this.#attend(entry.lane, lane);
    return needless;
  }

  #handsOut(): boolean {
    return this.#phase === 'open' || (this.#phase === 'draining' && !this.#durable);
  }

  /** One worker per lane keeps its order. */
  #attend(name: string, lane: Lane): void {
    if (this.#handler === undefined || lane.busy || !this.#handsOut()) return;
    lane.busy = true;
    const worker = this.#work(lane, this.#handler).finally(() => {
      lane.busy = false;
      this.#workers.delete(worker);
      if (lane.size === 0) this.#lanes.delete(name);
      else if (this.#phase === 'open' || this.#isDue(lane)) this.#attend(name, lane);
    });
    this.#workers.add(worker);
  }

  #isDue(lane: Lane): boolean {
    return (lane.wait(this.#moment()) ?? Infinity) <= 0;
  }

  #moment(): Moment {
    const { clock } = this.#options;
    return { now: clock.now(), steady: clock.steady() };
  }

  async #work(lane: Lane, handler: Handler): Promise<void> {
    await Promise.resolve(); // Whoever adds a job goes on first.
    while (this.#handsOut()) {
      const entry = lane.take(this.#moment());
      if (entry !== undefined) await this.#run(lane, entry, handler);
      else if (lane.size === 0 || this.#phase === 'draining') return;
      else await this.#pause(lane);
    }
  }

  async #pause(lane: Lane): Promise<void> {
    const { clock } = this.#options;
    const ms = Math.min(MAX_PAUSE_MS, Math.max(0, lane.wait(this.#moment()) ?? 0));
    const woken = new AbortController();
    lane.wake = () => {
      woken.abort();
    };
    // The only rejection is the wake-up itself.
    await clock.sleep(ms, woken.signal).catch(() => undefined);
    lane.wake = () => undefined;
  }

  async #run(lane: Lane, entry: Entry, handler: Handler): Promise<void> {
    this.#running += 1;
    try {
      await handler(entry.job);
      await this.#persist(entry, () => this.#journal.remove(entry.id));
    } catch (error) {
      await this.#failed(lane, entry, error);
    } finally {
      this.#running -= 1;
    }
  }

  async #failed(lane: Lane, entry: Entry, error: unknown): Promise<void> {
    const { clock, log } = this.#options;
    const rules = { ...this.#options, now: clock.now(), lastPlace: () => this.#nextPlace() };
    const outcome = outcomeOf(entry, error, rules);
    const jobLog = log(entry.job);
    if (outcome.kind === 'dead') {
      const { letter } = outcome;
      const id = await this.#persist(entry, () => this.#journal.bury(entry.id, letter));
      if (id === undefined) return;
      jobLog.error(
        `The job "${letter.job.kind}" failed ${letter.attempts} times and was set aside as dead letter ${id}: ${letter.error}`,
      );
      return;
    }
    jobLog[outcome.level](outcome.message);
    await this.#persist(entry, () => this.#journal.change(entry.id, outcome.retry));
    const needless = lane.add({ ...entry, ...outcome.retry }, this.#moment());
    if (needless !== undefined) await this.#persist(needless, () => this.#journal.remove(needless.id));
  }

  /** Goes on trying, and its lane waits: the lane must not be ahead of what is written down. Undefined when the end came first. */
  async #persist<T>(entry: Entry, write: () => Promise<T>): Promise<T | undefined> {
    const { clock, backoff, random, log } = this.#options;
    for (let failures = 1; ; failures += 1) {
      try {
        return await write();
      } catch (error) {
        if (this.#phase === 'closed') return undefined;
        const delayMs = retryDelay(failures, backoff, random());
        const message = messageOf(error);
        log(entry.job).warning(
          `What became of the job "${entry.job.kind}" cannot be written down, again in ${delayMs} ms: ${message}`,
        );
        // The only rejection is the end.
        await clock.sleep(delayMs, this.#end.signal).catch(() => undefined);
      }
    }
  }
}
