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
  const noted = await engine.store.read(noteOf(intake, command));
  if (noted !== undefined || last === undefined || !isRetriable(last)) {
    await refuse(intake, command, noted ?? notRetriedAnswer(last, engine.clock.now()));
    return;
  }
  const again = { ...last.command, position: command.position };
  const allowed = await admit(intake, again);
  if (allowed !== undefined) await acceptRun(intake, { command: again, role: allowed.role, again: last });
}

/** Written down first: a job that is taken up again must not start a run when the last one has failed since the answer. */
async function refuse(intake: Intake, command: Command, words: string): Promise<void> {
  const { store, clock, retentionMs } = intake.engine;
  await store.write(noteOf(intake, command), words, { expiresAt: clock.now() + retentionMs });
  await answerOnce(intake, answerKey(intake, command), () => words);
}

function noteOf(intake: Intake, command: Command): string {
  return `not-retried:${answerKey(intake, command)}`;
}

function isRetriable({ state, ending }: RunRecord): boolean {
  return state === 'settled' && ending?.status !== 'succeeded';
}
