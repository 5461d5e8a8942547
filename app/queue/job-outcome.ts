import { TryLater, type DeadLetter } from '../../shared/ports/jobs.ts';
import { retryDelay, type Backoff } from '../retry-delay.ts';
import { StorageUnavailable } from '../sql/storage-error.ts';
import type { Entry, Retry } from './job-journal.ts';
import { waitMessage, waitOut, type PatienceRules } from './patience.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** What follows when a job throws. */
export type Outcome =
  | { readonly kind: 'again'; readonly retry: Retry; readonly level: 'debug' | 'warning'; readonly message: string }
  | { readonly kind: 'dead'; readonly letter: Omit<DeadLetter, 'id'> };

export interface OutcomeRules extends PatienceRules {
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The end of the lane. */
  readonly lastPlace: () => number;
}

/**
 * A job that asks for it goes to the end of its lane; one that fails or waits for what passes holds its lane. One that has
 * failed too often is set aside.
 */
export function outcomeOf(entry: Entry, error: unknown, rules: OutcomeRules): Outcome {
  if (error instanceof TryLater) return askedForLater(entry, error, rules);
  const { patience, now } = rules;
  const { job, place, failures, faults } = entry;
  const waitMs = waitOut(error, faults, rules);
  if (waitMs === undefined) return failed(entry, error, rules);
  return {
    kind: 'again',
    retry: { place, notBefore: now + waitMs, failures, faults: faults + 1, held: true },
    level: 'warning',
    message: waitMessage(job, { error, waitMs, faults: faults + 1, of: patience.maxFaults }),
  };
}

function askedForLater(entry: Entry, error: TryLater, { now, lastPlace }: OutcomeRules): Outcome {
  const { job, failures, faults } = entry;
  const { delayMs, holdsLane: held, message } = error;
  return {
    kind: 'again',
    retry: { place: held ? entry.place : lastPlace(), notBefore: now + delayMs, failures, faults, held },
    level: 'debug',
    message: `The job "${job.kind}" asks for ${delayMs} ms: ${message}`,
  };
}

function failed(entry: Entry, error: unknown, rules: OutcomeRules): Outcome {
  const { maxAttempts, now } = rules;
  const { job, lane, place, faults } = entry;
  const message = messageOf(error);
  // When the storage is away every job fails, and none of them is to blame.
  const counts = !(error instanceof StorageUnavailable);
  const failures = entry.failures + (counts ? 1 : 0);
  if (failures >= maxAttempts)
    return { kind: 'dead', letter: { job, lane, attempts: failures, error: message, at: now } };
  const delayMs = retryDelay(Math.max(1, failures), rules.backoff, rules.random());
  const count = counts ? `${failures} of ${maxAttempts}` : 'which does not count';
  return {
    kind: 'again',
    retry: { place, notBefore: now + delayMs, failures, faults, held: true },
    level: 'warning',
    message: `The job "${job.kind}" failed (${count}), again in ${delayMs} ms: ${message}`,
  };
}
