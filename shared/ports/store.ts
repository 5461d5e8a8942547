import type { RunRecord } from '../model/run-record.ts';
import type { Thread } from '../model/thread.ts';

/** What a thread's conversation goes on with. */
export interface Conversation {
  readonly taskId: string;
  readonly workspaceId?: string;
}

/**
 * Where runs are kept. Every method is one atomic step; a durable store has it on disk when the promise resolves.
 * Records are values: what is returned never changes.
 */
export interface RunStore {
  /** False, and nothing stored, when this source and position already has a run. */
  insert(run: RunRecord): Promise<boolean>;
  get(id: string): Promise<RunRecord | undefined>;
  /** Changes some fields; undefined when there is no such run. A settled run keeps its state and ending. */
  update(id: string, changes: Partial<RunRecord>): Promise<RunRecord | undefined>;
  /** The runs of a task, oldest first. */
  byTask(taskId: string): Promise<readonly RunRecord[]>;
  /** The thread's runs that are not settled, oldest first. */
  openInThread(thread: Thread): Promise<readonly RunRecord[]>;
  /** The thread's newest run, settled or not. */
  lastInThread(thread: Thread): Promise<RunRecord | undefined>;
  /** All runs that are not settled, oldest first. */
  open(): Promise<readonly RunRecord[]>;
  /** When runs were created since `since`, oldest first: of a repository, or of one sender in it. */
  startsSince(
    since: number,
    of: { readonly owner: string; readonly repo: string; readonly login?: string },
  ): Promise<readonly number[]>;
}

/** What is remembered besides runs. */
export interface NoteStore {
  /** False when it was remembered before. For delivery ids and said-once refusals. */
  remember(key: string, at: number): Promise<boolean>;
  conversation(thread: Thread): Promise<Conversation | undefined>;
  setConversation(thread: Thread, conversation: Conversation | undefined): Promise<void>;
  /** Small values by key: schedule slots, failure counts, cached config with its ETag. */
  read(key: string): Promise<string | undefined>;
  /** @param options.expiresAt milliseconds since the epoch, from when it may be forgotten. Default: kept. */
  write(key: string, value: string | undefined, options?: { readonly expiresAt?: number }): Promise<void>;
}

export interface Store extends RunStore, NoteStore {}
