import type { Trigger, ThreadClosed } from '../model/trigger.ts';
import type { WebhookNotice } from '../model/webhook-notice.ts';

/** Everything that is done later than the request that asked for it. */
export type Job =
  | { readonly kind: 'trigger'; readonly trigger: Trigger }
  | { readonly kind: 'thread_closed'; readonly closed: ThreadClosed }
  /** Creates the run's task or sends its follow-up. */
  | { readonly kind: 'submit'; readonly runId: string }
  /** Brings what GitHub shows of the run up to date. */
  | { readonly kind: 'report'; readonly runId: string }
  /** A verified delivery of Rebyte. */
  | { readonly kind: 'notice'; readonly account: string; readonly notice: WebhookNotice }
  /** Looks at open runs whose webhook may have been lost. */
  | { readonly kind: 'sweep' }
  /** The clock was set by so many milliseconds; each setting has an id of its own. */
  | { readonly kind: 'clock_set'; readonly byMs: number; readonly id: string }
  /** Looks whether a schedule is due. */
  | { readonly kind: 'schedules' }
  /** Has GitHub deliver again what it could not. */
  | { readonly kind: 'redeliver' }
  /** Forgets what is older than it is kept. */
  | { readonly kind: 'prune' };

export interface JobOptions {
  /** Jobs of one lane run one after the other, in the order they were added; lanes run side by side. */
  readonly lane: string;
  /** Not before this moment, in milliseconds since the epoch. Default: now. */
  readonly notBefore?: number;
  /** A job that waits under the same key is replaced by this one. */
  readonly key?: string;
  /** The job is added the first time only: the id is remembered in the same atomic step. */
  readonly once?: {
    readonly id: string;
    /** From when the id may be forgotten, in milliseconds since the epoch. */
    readonly expiresAt: number;
  };
}

/**
 * At least once, in order within a lane, retried with backoff, in the end set aside with its error and never lost. What
 * passes by itself (passing-fault.ts) is waited out for about a day before it counts as a failure.
 */
export interface JobQueue {
  /** False, and nothing added, when `once` is remembered. A durable queue has the job on disk when the promise resolves. */
  add(job: Job, options: JobOptions): Promise<boolean>;
}

/** A handler asks for the same job again later, without it counting as a failure. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
  readonly delayMs: number;
  /** Whether the others of its lane wait too. Default: they go on. */
  readonly holdsLane: boolean;

  constructor(message: string, delayMs: number, { holdsLane = false }: { readonly holdsLane?: boolean } = {}) {
    super(message);
    this.delayMs = delayMs;
    this.holdsLane = holdsLane;
  }
}

/** A job that failed too often, kept with its last error until somebody looks at it. */
export interface DeadLetter {
  readonly id: string;
  readonly job: Job;
  readonly lane: string;
  readonly attempts: number;
  /** Message of the last error. */
  readonly error: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The queue as the worker and the operator see it; use-cases see only {@link JobQueue}. */
export interface WorkQueue extends JobQueue {
  /**
   * Begins to hand out jobs. A job that throws holds its lane until it succeeds or is set aside, so that order is kept;
   * one that throws a {@link TryLater} which does not hold its lane, or whose moment has not come, lets the others pass.
   */
  start(handler: (job: Job) => Promise<void>): void;
  /**
   * Hands out nothing more and waits for what is under way, at most `timeoutMs`; `add` refuses afterwards. A durable queue
   * keeps what waits for the next start; one that would lose it does what is due first.
   */
  drain(timeoutMs?: number): Promise<void>;
  depth(): Promise<{ readonly waiting: number; readonly running: number; readonly dead: number }>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Puts a dead letter back in its lane as a new job. False when there is none with this id. */
  replay(id: string): Promise<boolean>;
  /** Forgets a dead letter. False when there is none with this id. */
  drop(id: string): Promise<boolean>;
}
