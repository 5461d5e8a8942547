import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { DeadLetter, Job, JobOptions, WorkQueue } from '../../shared/ports/jobs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { ABOUT_A_DAY, type Patience } from '../queue/patience.ts';
import type { Backoff } from '../retry-delay.ts';
import { takeTurns } from '../sql/dialect.ts';
import { bossTransaction, type BossTransaction } from './boss-transaction.ts';
import { claimJobs, type ClaimedJob } from './claim.ts';
import { deadLetters, takeLetter } from './dead-letters.ts';
import { Dispatcher } from './dispatcher.ts';
import { enqueue } from './enqueue.ts';
import { Heartbeat } from './heartbeat.ts';
import { listen } from './listen.ts';
import type { PostgresDatabase } from './postgres-database.ts';
import { asStorageError } from './postgres-failure.ts';
import { START_AGAIN } from '../sql/storage-error.ts';
import { DEAD_QUEUE, WORK_QUEUES, type WorkQueueName } from './queue-names.ts';
import { rememberOnce } from './remember-once.ts';
import { runJob, type JobRunner } from './run-job.ts';
import type { RetryRule } from './settle.ts';
import { startBoss } from './start-boss.ts';

export interface PostgresQueueOptions {
  readonly database: PostgresDatabase;
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

const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 };
const DEFAULT_DRAIN_MS = 25_000;
/** Of each queue, in each replica. */
const PLACES = 64;

/**
 * The queue of several replicas, kept by pg-boss in their common PostgreSQL; {@link WorkQueue} says what it promises, and it
 * promises it across replicas. What waits when it is drained is left to the others and to the next start. The database stays
 * open.
 *
 * @throws StorageUnavailable when PostgreSQL cannot be reached
 */
export async function openPostgresQueue(options: PostgresQueueOptions): Promise<WorkQueue> {
  const { database, clock, log } = options;
  const rule = { maxAttempts: 10, backoff: DEFAULT_BACKOFF, patience: ABOUT_A_DAY, random: Math.random, ...options };
  /** Set below; nobody is told of a job before there is a handler. */
  let queue: PostgresQueue | undefined;
  const hear = async (channel: string): Promise<{ close(): Promise<void> }> =>
    await listen({
      url: database.url,
      channel,
      clock,
      log: log(),
      onMessage: (name) => queue?.wake(name),
      onConnect: () => queue?.wake(),
    });
  try {
    const boss = await inTurn(database, async () => await startBoss({ pool: database.pool, log: log(), listen: hear }));
    queue = new PostgresQueue(boss, options, rule);
    return queue;
  } catch (error) {
    throw asStorageError(error, database.place, START_AGAIN);
  }
}

/** Replicas that start at once would stumble over each other's half-made schema: pg-boss's own lock lets that happen. */
async function inTurn<T>(database: PostgresDatabase, start: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  return await database.write(async (db) => {
    // This transaction does nothing but hold its turn, for as long as a release's changes of the schema may take.
    await sql`set local idle_in_transaction_session_timeout to 0`.execute(db);
    await takeTurns(db, 'postgres', 'start pg-boss');
    return await (started ??= start());
  });
}

class PostgresQueue implements WorkQueue {
  readonly #boss: PgBoss;
  readonly #options: PostgresQueueOptions;
  readonly #rule: RetryRule;
  readonly #heartbeat: Heartbeat;
  readonly #dispatchers = new Map<string, Dispatcher<ClaimedJob>>();
  #phase: 'open' | 'draining' | 'closed' = 'open';

  constructor(boss: PgBoss, options: PostgresQueueOptions, rule: RetryRule) {
    this.#boss = boss;
    this.#options = options;
    this.#rule = rule;
    this.#heartbeat = new Heartbeat({ boss, clock: options.clock, log: options.log() });
  }

  async add(job: Job, { lane, notBefore = 0, key, once }: JobOptions): Promise<boolean> {
    if (this.#phase === 'closed') {
      throw new Error(`The queue is closed, so the job "${job.kind}" cannot be added. Start a new process for it.`);
    }
    const delayMs = Math.max(0, notBefore - this.#options.clock.now());
    const isNew = await this.#write(async (within) => {
      if (once !== undefined && !(await rememberOnce(within, once))) return false;
      await enqueue(within, { job, lane, key, delayMs, failures: 0, maxAttempts: this.#rule.maxAttempts });
      return true;
    });
    // Those who listen are told of what is due at once, and this replica listens too.
    if (isNew && delayMs > 0) this.wake();
    return isNew;
  }

  start(handler: (job: Job) => Promise<void>): void {
    this.#heartbeat.start();
    const { clock, log } = this.#options;
    const runner: JobRunner = {
      handler,
      clock,
      log,
      rule: this.#rule,
      write: async (operation) => await this.#write(operation),
      isClosed: () => this.#phase === 'closed',
    };
    for (const name of WORK_QUEUES) {
      const dispatcher = new Dispatcher<ClaimedJob>({
        clock,
        places: PLACES,
        claim: async (count) => await this.#claim(name, count),
        run: async (claimed) => await this.#heartbeat.during(claimed, async () => await runJob(runner, claimed)),
        onTrouble: (error) => {
          log().warning(`No jobs can be taken from the queue "${name}" just now: ${String(error)}`);
        },
      });
      this.#dispatchers.set(name, dispatcher);
      dispatcher.start();
    }
  }

  async drain(timeoutMs: number = DEFAULT_DRAIN_MS): Promise<void> {
    if (this.#phase !== 'open') return;
    this.#phase = 'draining';
    const { clock, log } = this.#options;
    const giveUp = new AbortController();
    const timeout = clock.sleep(timeoutMs, giveUp.signal).catch(() => undefined);
    const idle = Promise.all([...this.#dispatchers.values()].map(async (dispatcher) => await dispatcher.stop()));
    await Promise.race([idle, timeout]);
    giveUp.abort();
    this.#phase = 'closed';
    const unfinished = this.#heartbeat.stop();
    await this.#boss.stop({ graceful: false });
    if (unfinished > 0) {
      log().warning(
        `The queue closed with ${unfinished} jobs unfinished; another replica or the next start does them again.`,
      );
    }
  }

  async depth(): Promise<{ waiting: number; running: number; dead: number }> {
    return await this.#options.database.read(async (db) => {
      const { rows } = await sql<{ waiting: number; running: number; dead: number }>`
        select count(*) filter (where name <> ${DEAD_QUEUE} and state < 'active') as waiting,
               count(*) filter (where name <> ${DEAD_QUEUE} and state = 'active') as running,
               count(*) filter (where name = ${DEAD_QUEUE} and state < 'active') as dead
          from pgboss.job where state <= 'active'`.execute(db);
      return rows[0] ?? { waiting: 0, running: 0, dead: 0 };
    });
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return await this.#options.database.read(async () => await deadLetters(this.#boss));
  }

  async replay(id: string): Promise<boolean> {
    const { maxAttempts } = this.#rule;
    return await this.#write(async (within) => {
      const letter = await takeLetter(within, id);
      if (letter === undefined) return false;
      await enqueue(within, { job: letter.job, lane: letter.lane, delayMs: 0, failures: 0, maxAttempts });
      return true;
    });
  }

  async drop(id: string): Promise<boolean> {
    return await this.#write(async (within) => (await takeLetter(within, id)) !== undefined);
  }

  /** There may be jobs in this queue, by default in any. */
  wake(name?: string): void {
    for (const [of, dispatcher] of this.#dispatchers) if (name === undefined || name === of) dispatcher.wake();
  }

  async #claim(name: WorkQueueName, count: number): ReturnType<typeof claimJobs> {
    return await this.#write(async (within) => {
      const claim = await claimJobs(within, name, count);
      // Nothing is handed out any more: the transaction is rolled back, and what was claimed waits as before.
      if (this.#phase !== 'open') throw new Error('The queue is being closed.');
      return claim;
    });
  }

  async #write<T>(operation: (within: BossTransaction) => Promise<T>): Promise<T> {
    return await this.#options.database.write(async (db) => await operation(bossTransaction(this.#boss, db)));
  }
}
