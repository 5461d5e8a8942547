import { TryLater } from '../../ports/jobs.ts';

/** The earliest moment at which the queue tries again what failed now, both in milliseconds since the epoch. */
export function nextTryAfter(error: unknown, now: number): number {
  return error instanceof TryLater ? now + error.delayMs : now;
}
