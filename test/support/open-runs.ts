import type { RunRecord } from '../../shared/model/run-record.ts';
import type { OpenState, RunStore } from '../../shared/ports/store.ts';

/** All that {@link RunStore.open} lists, at once. */
export async function openRuns(store: RunStore, states?: readonly OpenState[]): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  for await (const run of store.open(states)) runs.push(run);
  return runs;
}
