import type { Generated } from 'kysely';

/** What the database holds, the same in both dialects; docs/database.md explains it. Moments are milliseconds since the epoch. */
export interface Schema {
  readonly runs: RunTable;
  readonly conversations: ConversationTable;
  readonly notes: NoteTable;
  readonly once_ids: OnceIdTable;
  /** Embedded only: with PostgreSQL, pg-boss keeps the jobs. */
  readonly jobs: JobTable;
  /** Embedded only. */
  readonly dead_letters: DeadLetterTable;
}

/** A run as JSON, and beside it the columns by which it is looked up. Names are in lower case: GitHub ignores case. */
export interface RunTable {
  /** Order of insertion. */
  readonly seq: Generated<number>;
  readonly id: string;
  readonly source_id: string;
  readonly position: number;
  readonly thread_key: string;
  /** `owner/repo` */
  readonly repository: string;
  /** Login. */
  readonly sender: string;
  readonly task_id: string | null;
  readonly state: string;
  readonly created_at: number;
  /** Null while the run is open. */
  readonly settled_at: number | null;
  /** When the sweep looks after it next; null when it is settled, or was stored by a release that did not know. */
  readonly look_at: number | null;
  /** What the next look depends on; null as above. */
  readonly began_at: number | null;
  readonly asked_at: number | null;
  /** Null for never as well. */
  readonly overdue_at: number | null;
  readonly record: string;
}

export interface ConversationTable {
  readonly thread_key: string;
  readonly task_id: string;
  readonly workspace_id: string | null;
}

export interface NoteTable {
  readonly key: string;
  /** A JSON string: neither dialect keeps every character of a plain one. */
  readonly value: string;
  /** Null when it is kept for good. */
  readonly expires_at: number | null;
}

/** Ids of jobs that are added the first time only. */
export interface OnceIdTable {
  readonly id: string;
  readonly expires_at: number;
}

export interface JobTable {
  readonly id: Generated<number>;
  readonly lane: string;
  readonly key: string | null;
  /** Where the job stands in its lane: lower ones go first. */
  readonly place: number;
  readonly not_before: number;
  readonly failures: number;
  /** Times that it met what passes by itself. */
  readonly faults: Generated<number>;
  /** 1 when the job failed and goes before every other of its lane. */
  readonly held: number;
  readonly job: string;
}

export interface DeadLetterTable {
  readonly id: Generated<number>;
  /** The letter as JSON, without its id. */
  readonly letter: string;
}
