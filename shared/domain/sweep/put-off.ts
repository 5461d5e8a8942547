import { nextLook } from './watch.ts';
import type { LookStore, WatchedRun } from '../../ports/store.ts';

/** These runs are looked after at `now`, in milliseconds since the epoch; writes down when each is looked after again. */
export async function putOff(store: LookStore, runs: readonly WatchedRun[], now: number): Promise<void> {
  const byMoment = new Map<number, string[]>();
  for (const run of runs) {
    const until = nextLook(run, now);
    byMoment.set(until, [...(byMoment.get(until) ?? []), run.id]);
  }
  for (const [until, ids] of byMoment) await store.putOff(ids, until);
}
