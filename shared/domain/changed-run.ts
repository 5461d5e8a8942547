import { RUN_STATES, type RunRecord, type RunState } from '../model/run-record.ts';

/**
 * A run with some of its fields changed, as every store changes it. It only moves forward: whoever decided on a state that
 * it has passed meanwhile was slow. A settled run keeps its ending, too.
 */
export function changedRun(run: RunRecord, changes: Partial<RunRecord>): RunRecord {
  const { state, ending } = run;
  const kept = state === 'settled' && ending !== undefined ? { ending } : {};
  return { ...run, ...changes, ...kept, state: later(state, changes.state ?? state) };
}

function later(one: RunState, other: RunState): RunState {
  return RUN_STATES.indexOf(one) < RUN_STATES.indexOf(other) ? other : one;
}
