import type { Engine } from './engine.ts';
import { stopRun } from './stop-run.ts';
import type { RunRecord } from '../../model/run-record.ts';

/**
 * Cancels an open run, on Rebyte too; one that has ended stays as it is.
 *
 * @param by who or what, as a report says it: `octocat with /rebyte cancel`, `closing this issue`.
 */
export async function cancelRun(engine: Engine, run: RunRecord, by: string): Promise<void> {
  await stopRun(engine, run, { reason: 'task_canceled', message: `Canceled by ${by}.` });
}
