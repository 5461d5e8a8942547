import type { RunRecord, RunState } from '../model/run-record.ts';
import type { Thread } from '../model/thread.ts';

export type OpenState = Exclude<RunState, 'settled'>;

/** What a thread's conversation goes on with. */
export interface Conversation {
  readonly taskId: string;
  readonly workspaceId?: string;
}

/** At most `limit` runs may begin after `since`: of the new run's repository, or of its sender in it. */
export interface StartLimit {
  readonly scope: 'repository' | 'user';
  readonly limit: number;
  /** Milliseconds since the epoch; runs created at this moment no longer count. */
  readonly since: number;
}

export type Inserted =
  | { readonly kind: 'inserted' }
  /** This id, or this source and position, has a run already. */
  | { readonly kind: 'known' }
  /** Nothing was stored; there is room again when the run that was created at `oldestAt` no longer counts. */
  | { readonly kind: 'over'; readonly limit: StartLimit; readonly oldestAt: number };

/**
 * Where runs are kept. Every method is one atomic step; a durable store has it on disk when the promise resolves.
 * Records are values: what is returned never changes.
 */
export interface RunStore {
  /**
   * Stores a new run. What is known wins over limits, and the first limit that is reached is the answer; runs that are
   * inserted at the same time, here or on another replica, cannot pass a limit together.
   */
  insert(run: RunRecord, limits?: readonly StartLimit[]): Promise<Inserted>;
  get(id: string): Promise<RunRecord | undefined>;
  /**
   * Changes some fields; undefined when there is no such run. Of the states, the one that it has and the one that is named,
   * the later one stays; a settled run keeps its ending.
   *
   * @param onlyIf judges the run as it is stored at that moment; nothing changes when it says no, and the answer is
   * undefined. Of those who ask at once, on whichever replica, each sees what the one before it wrote.
   */
  update(
    id: string,
    changes: Partial<RunRecord>,
    onlyIf?: (stored: RunRecord) => boolean,
  ): Promise<RunRecord | undefined>;
  /** The runs of a task, oldest first. */
  byTask(taskId: string): Promise<readonly RunRecord[]>;
  /** The thread's runs that are not settled, oldest first. */
  openInThread(thread: Thread): Promise<readonly RunRecord[]>;
  /** The thread's newest run, settled or not. */
  lastInThread(thread: Thread): Promise<RunRecord | undefined>;
  /** The runs in one of these states, oldest first, read page by page. Default: every state but `settled`. */
  open(states?: readonly OpenState[]): AsyncIterable<RunRecord>;
  /** How many runs are not settled, by state; a state without any is left out. */
  countOpen(): Promise<ReadonlyMap<OpenState, number>>;
}

/** An open run as the sweep sees it: of ten thousand this fits in memory, of their whole records not. */
export interface WatchedRun {
  readonly id: string;
  readonly state: OpenState;
  readonly taskId?: string;
  /** GitHub account that owns its repository, in lower case. */
  readonly owner: string;
  /** When it was submitted, before that when it was created; like all below in milliseconds since the epoch. */
  readonly beganAt: number;
  /** When Rebyte was last asked for its task itself; `beganAt` until then. */
  readonly askedAt: number;
  /** From when it runs over time, or its own job is late; Infinity for never. */
  readonly overdueAt: number;
}

/** The running runs of an account that are due. */
export interface DueAccount {
  readonly owner: string;
  readonly runs: number;
  /** When the first of them began. */
  readonly beganAt: number;
}

/**
 * When each open run is looked after next: then it is due. The store itself gives this moment to a new run and to one that
 * changed in a way that matters. A run that a release before this one has stored has none, until `bringForward`.
 */
export interface LookStore {
  /** Runs in this state that are due at `now`, who waits longest first. */
  due(query: {
    readonly state: OpenState;
    readonly now: number;
    readonly limit: number;
  }): Promise<readonly WatchedRun[]>;
  /** The running runs of these tasks that are due at `now`, in any order. */
  dueOfTasks(taskIds: readonly string[], now: number): Promise<readonly WatchedRun[]>;
  /** Whose running runs are due at `now`; in any order. */
  dueAccounts(now: number): Promise<readonly DueAccount[]>;
  /** The next look after these open runs is at `until`, in milliseconds since the epoch. */
  putOff(ids: readonly string[], until: number): Promise<void>;
  /** Every open run whose next look is later than `laterThan`, or has no moment, is looked after at `to`. */
  bringForward(looks: { readonly laterThan: number; readonly to: number }): Promise<void>;
}

/** What is remembered besides runs. */
export interface NoteStore {
  conversation(thread: Thread): Promise<Conversation | undefined>;
  setConversation(thread: Thread, conversation: Conversation | undefined): Promise<void>;
  /** Small values by key: schedule slots, failure counts, cached config with its ETag. */
  read(key: string): Promise<string | undefined>;
  /** @param options.expiresAt milliseconds since the epoch, from when it may be forgotten. Default: kept. */
  write(key: string, value: string | undefined, options?: { readonly expiresAt?: number }): Promise<void>;
}

export interface Store extends RunStore, LookStore, NoteStore {
  /**
   * Forgets runs that settled before `settledBefore` and notes that expired before `now`, at most `limit` of each, so that
   * nothing else waits long. With the last run of a thread goes its conversation. Returns how many runs and notes went;
   * fewer than `limit` when that was all.
   */
  prune(before: { readonly settledBefore: number; readonly now: number; readonly limit: number }): Promise<number>;
}
