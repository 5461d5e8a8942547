import type { Engine } from './engine.ts';
import { stopRun } from './stop-run.ts';
import type { RunRecord } from '../../model/run-record.ts';

/**
 * The runs that a cancel is about: of those that are open, the ones that were asked for before it. A cancel whose delivery
 * comes late finds later ones open, too.
 *
 * @param at when it was asked for by GitHub's clock, in milliseconds since the epoch. What is not known to be later than the
 * cancel, as one of the two moments is not known, is canceled.
 */
export function runsMeant(open: readonly RunRecord[], at = Infinity): readonly RunRecord[] {
  return open.filter(({ trigger: { happenedAt = 0 } }) => happenedAt <= at);
}

/**
 * Cancels an open run, on Rebyte too; one that has ended stays as it is.
 *
 * @param by who or what, as a report says it: `octocat with /rebyte cancel`, `closing this issue`.
 */
export async function cancelRun(engine: Engine, run: RunRecord, by: string): Promise<void> {
  await stopRun(engine, run, { reason: 'task_canceled', message: `Canceled by ${by}.` });
}
