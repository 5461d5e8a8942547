import type { DeadLetter, Job, JobOptions } from '../../shared/ports/jobs.ts';

/** A job that waits or runs. */
export interface Entry {
  /** The journal's name for it. */
  readonly id: number;
  readonly job: Job;
  readonly lane: string;
  readonly key: string | undefined;
  /** Where it stands in its lane: lower ones go first. */
  readonly place: number;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly failures: number;
  /** Times that it met what passes by itself and waited it out. */
  readonly faults: number;
  /** Failed, and goes before every other job of its lane. */
  readonly held: boolean;
}

export type NewEntry = Omit<Entry, 'id'>;

/** How a job that ran and has to run again is put back. */
export type Retry = Pick<Entry, 'place' | 'notBefore' | 'failures' | 'faults' | 'held'>;

export interface PutOptions {
  /** Entry that goes in the same step. */
  readonly replaces?: number | undefined;
  readonly once?: JobOptions['once'];
}

/**
 * What a queue writes down of its jobs. Every method is one atomic step; a durable journal has it on disk when the promise
 * resolves. Ids only grow.
 */
export interface JobJournal {
  /** The entry's id; undefined, and nothing changed, when the id of `once` is remembered. */
  put(entry: NewEntry, options: PutOptions): Promise<number | undefined>;
  change(id: number, retry: Retry): Promise<void>;
  remove(id: number): Promise<void>;
  /** Turns the entry into a dead letter. Gives the letter's id. */
  bury(id: number, letter: Omit<DeadLetter, 'id'>): Promise<string>;
  /** Oldest first. */
  letters(): Promise<readonly DeadLetter[]>;
  countLetters(): Promise<number>;
  /** Turns the letter into an entry at `place`; undefined when there is none. */
  replay(letterId: string, place: number): Promise<Entry | undefined>;
  drop(letterId: string): Promise<boolean>;
}
