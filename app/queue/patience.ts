import type { Job } from '../../shared/ports/jobs.ts';
import { passingFault } from '../../shared/ports/passing-fault.ts';
import { retryDelay, type Backoff } from '../retry-delay.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** How a queue waits out what passes by itself. */
export interface Patience {
  /** From then on it counts as a failure like any other. */
  readonly maxFaults: number;
  readonly backoff: Backoff;
}

/** About a day: ten tries in the first quarter of an hour, then one every 5 to 10 minutes. */
export const ABOUT_A_DAY: Patience = { maxFaults: 200, backoff: { firstMs: 1_000, maxMs: 10 * 60_000 } };

/** The longest that any job waits: GitHub's limits are by the hour. Whoever asks for more is tried all the same. */
export const LONGEST_WAIT_MS = 66 * 60_000;

export interface PatienceRules {
  readonly patience: Patience;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * Milliseconds to wait after a job met what passes by itself; undefined when it met something else, or has waited for so
 * long that somebody should look.
 *
 * @param faults how often it has waited before
 */
export function waitOut(error: unknown, faults: number, { patience, random }: PatienceRules): number | undefined {
  const passing = passingFault(error);
  if (passing === undefined || faults >= patience.maxFaults) return undefined;
  const delayMs = retryDelay(faults + 1, patience.backoff, random());
  return Math.max(delayMs, Math.ceil(Math.min(passing.retryAfterMs, LONGEST_WAIT_MS)));
}

interface Waited {
  readonly error: unknown;
  readonly waitMs: number;
  /** This time included. */
  readonly faults: number;
  readonly of: number;
}

/** For the log. */
export function waitMessage({ kind }: Job, { error, waitMs, faults, of }: Waited): string {
  const why = messageOf(error);
  return `The job "${kind}" waits for what passes by itself (${faults} of ${of}), again in ${waitMs} ms: ${why}`;
}
