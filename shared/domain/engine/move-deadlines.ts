import type { Engine } from './engine.ts';

/** The clock of a machine was set while the App ran on it. */
export interface ClockSetting {
  /** How far, in milliseconds; negative when it was set back. */
  readonly byMs: number;
  /** Unlike that of every other setting. */
  readonly id: string;
}

/**
 * The deadlines of open runs move along with the clock, once, so that nobody loses time that did not pass, or gets time
 * that did.
 */
export async function moveDeadlines(engine: Engine, { byMs, id: clockSetting }: ClockSetting): Promise<void> {
  engine.log({}).warning(`The clock was set by ${Math.round(byMs / 1_000)} s; the deadlines of open runs move along.`);
  for await (const run of engine.store.open(['submitting', 'running'])) {
    const { id, deadlineAt } = run;
    if (deadlineAt === undefined || run.clockSetting === clockSetting) continue;
    await engine.store.update(id, { deadlineAt: deadlineAt + byMs, clockSetting });
  }
}
