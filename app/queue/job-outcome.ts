import { TryLater, type DeadLetter } from '../../shared/ports/jobs.ts';
import { retryDelay, type Backoff } from '../retry-delay.ts';
import { StorageUnavailable } from '../sql/storage-error.ts';
import type { Entry, Retry } from './job-journal.ts';

/** What follows when a job throws. */
export type Outcome =
  | { readonly kind: 'again'; readonly retry: Retry; readonly level: 'debug' | 'warning'; readonly message: string }
  | { readonly kind: 'dead'; readonly letter: Omit<DeadLetter, 'id'> };

export interface OutcomeRules {
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** In [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The end of the lane. */
  readonly lastPlace: () => number;
}

/** A job that asks for it goes to the end of its lane; one that fails holds its lane, and in the end is set aside. */
export function outcomeOf(entry: Entry, error: unknown, rules: OutcomeRules): Outcome {
  const { maxAttempts, now } = rules;
  const { job, lane, place } = entry;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof TryLater) {
    const notBefore = now + error.delayMs;
    return {
      kind: 'again',
      retry: { place: rules.lastPlace(), notBefore, failures: entry.failures, held: false },
      level: 'debug',
      message: `The job "${job.kind}" asks for ${error.delayMs} ms: ${message}`,
    };
  }
  // When the storage is away every job fails, and none of them is to blame.
  const counts = !(error instanceof StorageUnavailable);
  const failures = entry.failures + (counts ? 1 : 0);
  if (failures >= maxAttempts)
    return { kind: 'dead', letter: { job, lane, attempts: failures, error: message, at: now } };
  const delayMs = retryDelay(Math.max(1, failures), rules.backoff, rules.random());
  const count = counts ? `${failures} of ${maxAttempts}` : 'which does not count';
  return {
    kind: 'again',
    retry: { place, notBefore: now + delayMs, failures, held: true },
    level: 'warning',
    message: `The job "${job.kind}" failed (${count}), again in ${delayMs} ms: ${message}`,
  };
}
