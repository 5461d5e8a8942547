import type { Job } from '../../shared/ports/jobs.ts';
import { StorageUnusable } from '../sql/storage-error.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** What pg-boss keeps of a job, as its `data`. */
export interface StoredJob {
  /** JSON, as one string: `jsonb` refuses characters that a comment on GitHub may hold. */
  readonly job: string;
  readonly lane: string;
  readonly key?: string;
  /** How often it failed before it asked for a later moment, which makes it a new job for pg-boss. */
  readonly failures: number;
  /** Times that it met what passes by itself and waited it out. Absent: none. */
  readonly faults?: number;
}

/** What pg-boss keeps of a failure, as its `output`: ours, or what its supervisor writes when a replica died. */
export interface StoredFailure {
  /** JSON string, for the same reason. */
  readonly error?: string;
  readonly value?: { readonly message?: string };
}

/** The one place that believes what a row says: `JSON.stringify` of a checked job wrote it. */
export function jobFromText(text: string): Job {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StorageUnusable(`A job in the database is no JSON: "${text.slice(0, 60)}". Restore a backup.`, { cause });
  }
}

export function failureFrom(error: unknown): StoredFailure {
  return { error: JSON.stringify(messageOf(error)) };
}

export function messageOfFailure(failure: StoredFailure | null): string {
  if (failure?.error !== undefined) return String(JSON.parse(failure.error));
  return failure?.value?.message ?? 'It is not known why.';
}
