import type { ClockPort } from '../shared/ports/clock.ts';

/** Less than this is a correction that harms nobody. */
const TOLERANCE_MS = 30_000;

/** Tells how far the clock was set since the last time it was asked, in milliseconds; 0 for less than half a minute. */
export function watchClock(clock: Pick<ClockPort, 'now' | 'steady'>): () => number {
  let ahead = clock.now() - clock.steady();
  return () => {
    const setBy = clock.now() - clock.steady() - ahead;
    if (Math.abs(setBy) < TOLERANCE_MS) return 0;
    ahead += setBy;
    return setBy;
  };
}
