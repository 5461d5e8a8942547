import { setTimeout as sleep } from 'node:timers/promises';
import type { ClockPort } from '../ports/clock.ts';

/** The machine's own time. */
export const systemClock: ClockPort = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.reason ?? error;
    }
  },
};
