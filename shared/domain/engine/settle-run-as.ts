import type { Engine } from './engine.ts';
import { addReport } from './run-jobs.ts';
import { wakeNext } from './wake-next.ts';
import { REASONS, type SettledReason } from '../../model/reason.ts';
import type { RunEnding, RunRecord } from '../../model/run-record.ts';

/** How a run ended; its status follows from the reason. */
export interface Ending extends Pick<RunEnding, 'result' | 'resultSource' | 'artifacts'> {
  readonly reason: SettledReason;
  /** The particulars, one or more sentences; '' when the reason says it all. */
  readonly message: string;
}

/** By then this call has stored the ending and asked for the report itself, or was cut short. */
const SAFETY_NET_MS = 30_000;

/**
 * The one place where a run ends: stores the ending, has it reported, wakes the thread's next run, counts. A run that
 * has ended before keeps its first ending.
 */
export async function settleRunAs(engine: Engine, run: RunRecord, ending: Ending): Promise<void> {
  const { store, clock, metrics, mask } = engine;
  const at = clock.now();
  const before = await store.get(run.id);
  if (before === undefined) return;
  if (isOpen(before)) {
    // Asked for before the ending is stored: were we cut short in between, nothing else would ever show it.
    await addReport(engine, run, at + SAFETY_NET_MS);
    const { status } = REASONS[ending.reason];
    const { result, message } = ending;
    const stored = {
      ...ending,
      status,
      at,
      message: mask(message),
      ...(result !== undefined && { result: mask(result) }),
    };
    const settled = await store.update(run.id, { state: 'settled', ending: stored }, isOpen);
    if (settled !== undefined) {
      metrics.runSettled(status, ending.reason, (at - run.createdAt) / 1_000);
      engine.log({ run: run.id }).info(`The run ended: ${status} (${ending.reason}).`);
    }
  }
  await addReport(engine, run);
  await wakeNext(engine, run.trigger.thread);
}

function isOpen({ state }: RunRecord): boolean {
  return state !== 'settled';
}
