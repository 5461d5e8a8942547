import { TryLater } from '../../ports/jobs.ts';
import { passingFault } from '../../ports/passing-fault.ts';

/** The earliest moment at which the queue tries again what failed now, both in milliseconds since the epoch. */
export function nextTryAfter(error: unknown, now: number): number {
  if (error instanceof TryLater) return now + error.delayMs;
  return now + (passingFault(error)?.retryAfterMs ?? 0);
}
