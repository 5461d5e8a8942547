import type { RunRecord } from '../model/run-record.ts';
import type { Engine } from './engine/engine.ts';

/**
 * From when a run is given up that is looked after in vain: after both of this. Time in which the App itself was away brings
 * no looks, and looks in quick succession bring no time.
 */
export interface VainLimit {
  readonly ms: number;
  readonly looks: number;
}

/** Counts a look at the run that was in vain. True when the limit is reached. */
export async function isGivenUp({ store, clock }: Engine, run: RunRecord, { ms, looks }: VainLimit): Promise<boolean> {
  const now = clock.now();
  const before = run.inVain?.looks ?? 0;
  // A clock that was set back must not make it wait for longer.
  const since = before === 0 ? now : Math.min(now, run.inVain?.since ?? now);
  await store.update(run.id, { inVain: { since, looks: before + 1 } });
  return now - since >= ms && before + 1 >= looks;
}

/** A look that was not in vain: those that were count no more. */
export async function forgetVainLooks({ store }: Engine, { id, inVain }: RunRecord): Promise<void> {
  if (inVain !== undefined && inVain.looks > 0) await store.update(id, { inVain: { ...inVain, looks: 0 } });
}
