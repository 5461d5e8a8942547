import { orWarn } from './or-warn.ts';
import { putOff } from './put-off.ts';
import { MAX_UNSENT_MS, unsentSince, watch } from './watch.ts';
import type { Engine } from '../engine/engine.ts';
import { addSubmit } from '../engine/run-jobs.ts';
import { stopRun } from '../engine/stop-run.ts';
import { isUnsent, mustWait } from '../submission/turn.ts';

const UNSENT_STATES = ['received', 'acknowledged', 'submitting'] as const;
/** Their records are read one by one, so that few are in memory. */
const PAGE = 100;
/** Of one state in one sweep; the rest waits for the next. */
const MAX_RUNS = 1_000;

/** Gives runs that never left another chance, and says so of those that cannot leave for a day. */
export async function sweepUnsent(engine: Engine): Promise<void> {
  const { store, clock } = engine;
  for (const state of UNSENT_STATES) {
    for (let looked = 0; looked < MAX_RUNS; looked += PAGE) {
      const due = await store.due({ state, now: clock.now(), limit: PAGE });
      await putOff(store, due, clock.now());
      for (const { id } of due) await orWarn(engine, id, async () => await lookAfter(engine, id));
      if (due.length < PAGE) break;
    }
  }
}

async function lookAfter(engine: Engine, id: string): Promise<void> {
  const now = engine.clock.now();
  const run = await engine.store.get(id);
  if (run === undefined || !isUnsent(run) || now < watch(run).overdueAt) return;
  const inDoubt = run.submission?.phase === 'sending';
  if (!inDoubt && now - unsentSince(run) >= MAX_UNSENT_MS) {
    const message = 'It could not be sent to Rebyte within a day.';
    // It may be leaving at this moment; then its task must not run on.
    return await stopRun(engine, run, { reason: 'unavailable', message });
  }
  if (inDoubt || !(await mustWait(engine.store, run))) await addSubmit(engine, run);
}
