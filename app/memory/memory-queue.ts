import type { ClockPort } from '../../shared/ports/clock.ts';
import { TryLater, type DeadLetter, type Job, type JobOptions, type WorkQueue } from '../../shared/ports/jobs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { retryDelay, type Backoff } from '../retry-delay.ts';
import { Lane, type Entry } from './lane.ts';

export interface MemoryQueueOptions {
  readonly clock: ClockPort;
  /** Retries are told as warnings, dead letters as errors, each in the log of its job. */
  readonly log: (job?: Job) => LogPort;
  /** Failures after which a job is set aside. Default 10: some four minutes with the default backoff. */
  readonly maxAttempts?: number;
  /** Default: from 1 s, at most 60 s. */
  readonly backoff?: Backoff;
  /** In [0, 1), for jitter. Default Math.random. */
  readonly random?: () => number;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 };
const DEFAULT_DRAIN_MS = 25_000;
/** Timers take no more than 2^31 ms; a worker looks again after an hour. */
const MAX_PAUSE_MS = 3_600_000;

/**
 * A queue that forgets everything when the process ends, for tests and the demo; {@link WorkQueue} says what it promises.
 * Because what waits would be lost, `drain` also does what is due.
 */
export function createMemoryQueue(options: MemoryQueueOptions): WorkQueue {
  return new MemoryQueue(options);
}

class MemoryQueue implements WorkQueue {
  readonly #options: Required<MemoryQueueOptions>;
  readonly #lanes = new Map<string, Lane>();
  readonly #workers = new Set<Promise<void>>();
  readonly #once = new Set<string>();
  readonly #letters = new Map<string, DeadLetter>();
  #handler: ((job: Job) => Promise<void>) | undefined;
  #phase: 'open' | 'draining' | 'closed' = 'open';
  #running = 0;
  #lastLetter = 0;

  constructor(options: MemoryQueueOptions) {
    this.#options = { maxAttempts: 10, backoff: DEFAULT_BACKOFF, random: Math.random, ...options };
  }

  async add(job: Job, { lane: name, notBefore = 0, key, once }: JobOptions): Promise<boolean> {
    if (this.#phase === 'closed') {
      throw new Error(`The queue is closed, so the job "${job.kind}" cannot be added. Start a new process for it.`);
    }
    if (once !== undefined && this.#once.has(once.id)) return await Promise.resolve(false);
    if (once !== undefined) this.#once.add(once.id);
    const lane = this.#lanes.get(name) ?? new Lane();
    this.#lanes.set(name, lane);
    lane.add({ job: structuredClone(job), lane: name, key, notBefore, failures: 0, held: false });
    this.#attend(name, lane);
    return true;
  }

  async drop(id: string): Promise<boolean> {
    return await Promise.resolve(this.#letters.delete(id));
  }

  start(handler: (job: Job) => Promise<void>): void {
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
    const { waiting, running } = await this.depth();
    if (waiting + running > 0) {
      this.#options
        .log()
        .warning(`The queue closed with ${waiting} jobs waiting and ${running} unfinished; they are lost.`);
    }
  }

  async depth(): Promise<{ waiting: number; running: number; dead: number }> {
    const waiting = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.size, 0);
    return await Promise.resolve({ waiting, running: this.#running, dead: this.#letters.size });
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return await Promise.resolve([...this.#letters.values()]);
  }

  async replay(id: string): Promise<boolean> {
    const letter = this.#letters.get(id);
    if (letter === undefined) return false;
    await this.add(letter.job, { lane: letter.lane });
    return this.#letters.delete(id);
  }

  async #allIdle(): Promise<void> {
    // A job may add others while it runs, and those their own workers.
    while (this.#workers.size > 0) await Promise.all(this.#workers);
  }

  /** One worker per lane keeps its order. */
  #attend(name: string, lane: Lane): void {
    if (this.#handler === undefined || lane.busy) return;
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
    return this.#phase !== 'closed' && (lane.nextMoment() ?? Infinity) <= this.#options.clock.now();
  }

  async #work(lane: Lane, handler: (job: Job) => Promise<void>): Promise<void> {
    await Promise.resolve(); // Whoever adds a job goes on first.
    while (this.#phase !== 'closed') {
      const entry = lane.take(this.#options.clock.now());
      if (entry !== undefined) await this.#run(lane, entry, handler);
      else if (lane.size === 0 || this.#phase === 'draining') return;
      else await this.#pause(lane);
    }
  }

  async #pause(lane: Lane): Promise<void> {
    const { clock } = this.#options;
    const ms = Math.min(MAX_PAUSE_MS, Math.max(0, (lane.nextMoment() ?? 0) - clock.now()));
    const woken = new AbortController();
    lane.wake = () => {
      woken.abort();
    };
    // The only rejection is the wake-up itself.
    await clock.sleep(ms, woken.signal).catch(() => undefined);
    lane.wake = () => undefined;
  }

  async #run(lane: Lane, entry: Entry, handler: (job: Job) => Promise<void>): Promise<void> {
    this.#running += 1;
    try {
      await handler(entry.job);
    } catch (error) {
      this.#failed(lane, entry, error);
    } finally {
      this.#running -= 1;
    }
  }

  #failed(lane: Lane, entry: Entry, error: unknown): void {
    const { clock, maxAttempts, backoff, random } = this.#options;
    const log = this.#options.log(entry.job);
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof TryLater) {
      log.debug(`The job "${entry.job.kind}" asks for ${error.delayMs} ms: ${message}`);
      lane.putBack({ ...entry, notBefore: clock.now() + error.delayMs, held: false });
      return;
    }
    const failures = entry.failures + 1;
    if (failures >= maxAttempts) {
      const id = String((this.#lastLetter += 1));
      const { job, lane: name } = entry;
      this.#letters.set(id, { id, job, lane: name, attempts: failures, error: message, at: clock.now() });
      log.error(`The job "${job.kind}" failed ${failures} times and was set aside as dead letter ${id}: ${message}`);
      return;
    }
    const delayMs = retryDelay(failures, backoff, random());
    log.warning(
      `The job "${entry.job.kind}" failed (${failures} of ${maxAttempts}), again in ${delayMs} ms: ${message}`,
    );
    lane.putBack({ ...entry, failures, notBefore: clock.now() + delayMs, held: true });
  }
}
