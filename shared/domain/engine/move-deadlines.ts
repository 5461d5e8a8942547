import type { Engine } from './engine.ts';
import { unsentSince } from '../sweep/watch.ts';
import type { RunRecord } from '../../model/run-record.ts';

/** The clock of a machine was set while the App ran on it. */
export interface ClockSetting {
  /** How far, in milliseconds; negative when it was set back. */
  readonly byMs: number;
  /** Unlike that of every other setting. */
  readonly id: string;
}

/**
 * What open runs wait for moves along with the clock, so that nobody loses time that did not pass. Every replica tells of
 * the same setting, each under an id of its own: so none is left with less than before, unless that was more than its whole
 * time, and then it has all of it.
 */
export async function moveDeadlines(engine: Engine, { byMs, id: clockSetting }: ClockSetting): Promise<void> {
  engine.log({}).warning(`The clock was set by ${Math.round(byMs / 1_000)} s; the deadlines of open runs move along.`);
  for await (const run of engine.store.open()) {
    if (run.clockSetting === clockSetting) continue;
    // One that was submitted meanwhile has its deadline by the clock of now.
    const isAsRead = ({ deadlineAt }: RunRecord) => deadlineAt === run.deadlineAt;
    await engine.store.update(run.id, { ...moved(run, byMs, engine.clock.now()), clockSetting }, isAsRead);
  }
}

function moved(run: RunRecord, byMs: number, now: number): Partial<RunRecord> {
  const { deadlineAt, timeoutMs = Infinity } = run;
  // Set back, what is not too far ahead may stay where it is; to move it twice would take what it has.
  const forward = Math.max(0, byMs);
  return {
    unsentSince: Math.min(unsentSince(run) + forward, now),
    ...(deadlineAt !== undefined && { deadlineAt: Math.min(deadlineAt + forward, now + timeoutMs) }),
  };
}
