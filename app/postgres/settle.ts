import { retryDelay, type Backoff } from '../retry-delay.ts';
import type { PatienceRules } from '../queue/patience.ts';
import { stopClaims, type BossTransaction } from './boss-transaction.ts';
import type { ClaimedJob } from './claim.ts';
import { enqueue, hold, waitsUnderKey } from './enqueue.ts';
import { HELD_PRIORITY, queueOf } from './queue-names.ts';
import { failureFrom, jobFromText } from './stored-job.ts';

export interface RetryRule extends PatienceRules {
  readonly maxAttempts: number;
  readonly backoff: Backoff;
}

/** The job is done; what it holds of private repositories goes with it. */
export async function forget({ boss, db }: BossTransaction, { name, id }: ClaimedJob): Promise<void> {
  await boss.deleteJob(name, id, { db });
}

/** At the end of its lane, for a later moment; needless when a newer one waits under its key. */
export async function postpone(
  within: BossTransaction,
  claimed: ClaimedJob,
  { delayMs, maxAttempts }: Later,
): Promise<void> {
  const { lane, key, job: text } = claimed.data;
  const job = jobFromText(text);
  await forget(within, claimed);
  if (await waitsUnderKey(within, { job, lane, key })) return;
  const [failures, faults] = [failuresOf(claimed), faultsOf(claimed)];
  await enqueue(within, { job, lane, key, delayMs, maxAttempts, failures, faults });
}

interface Later {
  readonly delayMs: number;
  readonly maxAttempts: number;
}

interface Held extends Later {
  /** What it waited out, this time included. Default: as before. */
  readonly faults?: number;
}

/** First in its lane as before, which waits for it, and none of its attempts is spent. */
export async function putBack(
  within: BossTransaction,
  claimed: ClaimedJob,
  { delayMs, maxAttempts, faults = faultsOf(claimed) }: Held,
): Promise<void> {
  const { lane, key, job: text } = claimed.data;
  const job = jobFromText(text);
  await stopClaims(within, queueOf(job));
  await forget(within, claimed);
  if (await waitsUnderKey(within, { job, lane, key })) return;
  const { id } = claimed;
  await hold(within, { id, job, lane, key, delayMs, maxAttempts, failures: failuresOf(claimed), faults });
}

/** How often the job failed before this attempt; one in which its replica died counts too. */
export function failuresOf({ data, retryCount }: ClaimedJob): number {
  return data.failures + retryCount;
}

/** How often it waited something out before this attempt; releases before this one did not count. */
export function faultsOf({ data: { faults = 0 } }: ClaimedJob): number {
  return faults;
}

export type Failed =
  | { readonly kind: 'again'; readonly delayMs: number }
  | { readonly kind: 'set_aside' }
  /** A newer one waits under its key. */
  | { readonly kind: 'replaced' };

/** pg-boss keeps it, first in its lane, until it is tried again, or moves it to the dead letters. */
export async function fail(
  within: BossTransaction,
  claimed: ClaimedJob,
  { error, rule }: { readonly error: unknown; readonly rule: RetryRule },
): Promise<Failed> {
  const { boss, db } = within;
  const { name, id, data } = claimed;
  const job = jobFromText(data.job);
  await stopClaims(within, queueOf(job));
  if (await waitsUnderKey(within, { job, lane: data.lane, key: data.key })) {
    await forget(within, claimed);
    return { kind: 'replaced' };
  }
  await boss.fail(name, id, failureFrom(error), { db });
  if (claimed.retryCount >= claimed.retryLimit) return { kind: 'set_aside' };
  const delayMs = retryDelay(failuresOf(claimed) + 1, rule.backoff, rule.random());
  await boss.update(name, undefined, { id, priority: HELD_PRIORITY, startAfter: `${delayMs} milliseconds`, db });
  return { kind: 'again', delayMs };
}
