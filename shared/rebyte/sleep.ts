import { setTimeout as delay } from 'node:timers/promises';
import { AbortedError } from './errors.ts';

export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Resolves after `ms`; rejects as soon as the signal aborts. */
export const realSleep: Sleep = (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal });

/** The sleep, with AbortedError for whatever it rejects with. */
export function abortable(sleep: Sleep): Sleep {
  return async (ms, signal) => {
    try {
      await sleep(ms, signal);
    } catch (error) {
      throw new AbortedError('Aborted while waiting.', { cause: signal?.reason ?? error, sent: 'maybe' });
    }
  };
}
