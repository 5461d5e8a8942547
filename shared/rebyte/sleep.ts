import { setTimeout as delay } from 'node:timers/promises';
import { AbortedError } from './errors.ts';

/** Resolves after `ms`; rejects with AbortedError as soon as the signal aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new AbortedError('Aborted while waiting.', { cause: signal?.reason ?? error, sent: 'maybe' });
  }
}
