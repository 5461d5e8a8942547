import type { ClockPort } from '../ports/clock.ts';
import { TryLater } from '../ports/jobs.ts';
import type { Send } from './send.ts';

/** What is told of writes to GitHub, and asked before them. */
export interface WritePace {
  /** Milliseconds until one more write fits GitHub's limits; 0 when it may go at once. */
  readonly room: () => number;
  readonly wrote: () => void;
}

export interface Waiting {
  readonly clock: ClockPort;
  readonly signal?: AbortSignal;
}

/** As long as the limit per minute can take. Whoever has to wait longer gives its place to others meanwhile. */
const MAX_WAIT_MS = 60_000;

/**
 * Lets writes (POST, PATCH) pass as the pace allows; reading is free.
 *
 * @throws TryLater from what it returns, when there is no room for more than a minute: nothing was sent then
 */
export function paced(send: Send, pace: WritePace, { clock, signal }: Waiting): Send {
  return async (method, path, parameters, read) => {
    if (method === 'GET') return await send(method, path, parameters, read);
    for (let ms = pace.room(); ms > 0; ms = pace.room()) {
      if (ms > MAX_WAIT_MS)
        throw new TryLater(`${method} ${path} would pass GitHub's limit of writes.`, ms, { holdsLane: true });
      await clock.sleep(ms, signal);
    }
    // Told in the same breath as it was asked, so that two do not find the same room.
    pace.wrote();
    return await send(method, path, parameters, read);
  };
}
