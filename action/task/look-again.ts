import { setTimeout as sleep } from 'node:timers/promises';
import type { Search } from './find-own-task.ts';

/** A load balancer may cut a request whose VM then comes up all the same: so long is looked for what it made. */
export const LOOK_FOR_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

export interface Patience {
  /** From now. 0 looks once. */
  readonly forMs: number;
  /** No further look once one of these has aborted. */
  readonly until: readonly AbortSignal[];
  /** Told what a look failed with; the next may succeed. */
  readonly onError: (error: unknown) => void;
}

/** Looks until something is found, nothing can be found, or patience ends; at growing intervals, once at least. */
export async function lookAgain<T extends object>(
  look: () => Promise<Search<T>>,
  { forMs, until, onError }: Patience,
): Promise<T | undefined> {
  const stop = AbortSignal.any([...until]);
  const deadline = Date.now() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, MAX_PAUSE_MS)) {
    try {
      const found = await look();
      if (typeof found === 'object') return found;
      if (found === 'unsearchable') return undefined;
    } catch (error) {
      onError(error);
    }
    if (stop.aborted || Date.now() + pauseMs > deadline) return undefined;
    // An abort ends the pause early, and this look is the last.
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
