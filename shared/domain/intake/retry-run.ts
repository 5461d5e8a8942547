import type { Command } from '../../model/command.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { notRetriedAnswer } from '../../render/answers.ts';
import { acceptRun } from './accept-run.ts';
import { answerKey } from './act.ts';
import { admit } from './admit.ts';
import { answerOnce } from './answer-once.ts';
import type { Intake } from './intake.ts';

/**
 * Gives the command of the thread's last run again, unless that one is under way or succeeded. Who retries must be allowed
 * what is retried, and not only to retry.
 */
export async function retryRun(intake: Intake, command: Command): Promise<void> {
  const { engine, trigger } = intake;
  const last = await engine.store.lastInThread(trigger.thread);
  if (last === undefined || !isRetriable(last)) {
    await answerOnce(intake, answerKey(intake, command), () => notRetriedAnswer(last, engine.clock.now()));
    return;
  }
  const again = { ...last.command, position: command.position };
  const allowed = await admit(intake, again);
  if (allowed !== undefined) await acceptRun(intake, { command: again, role: allowed.role, again: last });
}

function isRetriable({ state, ending }: RunRecord): boolean {
  return state === 'settled' && ending?.status !== 'succeeded';
}
