import { setTimeout as sleep } from 'node:timers/promises';
import type { ClockPort } from '../../shared/ports/clock.ts';

/** The machine's own time. */
export const realClock: ClockPort = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
