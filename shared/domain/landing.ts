import type { ClockPort } from '../ports/clock.ts';
import { TryLater } from '../ports/jobs.ts';
import type { Store } from '../ports/store.ts';

/** GitHub ends a request after 10 s, whoever has gone away meanwhile; the rest is for the way there and for clocks. */
const LANDS_WITHIN_MS = 15_000;
const WHY = 'What was begun a moment ago may still appear on GitHub.';

/**
 * Something was to be created, its sender died or heard no answer, and it cannot be found. It may be there a moment later,
 * so it is created anew only when that cannot be any more.
 *
 * @param beganAt when its creation was begun, in milliseconds since the epoch; undefined: never
 * @throws TryLater while it may still appear, which holds the lane: what is said next stands below it. A clock that was
 *   set back is not waited for.
 */
export function refuseWhileLanding(beganAt: number | undefined, now: number): void {
  const ago = now - (beganAt ?? -Infinity);
  if (ago >= 0 && ago < LANDS_WITHIN_MS) throw new TryLater(WHY, LANDS_WITHIN_MS - ago, { holdsLane: true });
}

/**
 * The same for what has no record of its own: notes under this key that a creation begins.
 *
 * @throws TryLater
 */
export async function beginCreation(
  { store, clock }: { readonly store: Store; readonly clock: ClockPort },
  key: string,
): Promise<void> {
  const note = `creating:${key}`;
  const begun = await store.read(note);
  const now = clock.now();
  refuseWhileLanding(begun === undefined ? undefined : Number(begun), now);
  await store.write(note, String(now), { expiresAt: now + LANDS_WITHIN_MS });
}
