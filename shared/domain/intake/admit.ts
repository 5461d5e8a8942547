import type { Command } from '../../model/command.ts';
import { refusedAnswer } from '../../render/answers.ts';
import { authorize, type Authorization } from '../authorize.ts';
import { answerOnce, hasAnswered } from './answer-once.ts';
import type { Intake } from './intake.ts';
import { mayTellRefusal } from './refusal-allowance.ts';

export type Allowed = Extract<Authorization, { kind: 'allowed' }>;

/**
 * Asks whether the sender may give the command. A refusal is told once per person and thread, to a bounded number of them
 * an hour, and never to bots.
 */
export async function admit(
  intake: Intake,
  { verb, custom }: Pick<Command, 'verb' | 'custom'>,
): Promise<Allowed | undefined> {
  const { engine, forge, config, trigger } = intake;
  const answer = await authorize(forge, config, {
    trigger,
    verb,
    self: engine.self,
    ...(custom !== undefined && { custom }),
  });
  if (answer.kind === 'allowed') return answer;
  const key = `refused:${trigger.sender.login.toLowerCase()}`;
  const isQuiet = answer.quiet === true || (await hasAnswered(intake, key));
  const mayTell = isQuiet || (await mayTellRefusal(engine, trigger));
  engine.metrics.refused(mayTell ? answer.reason : 'refusals_exceeded');
  const log = engine.log({ delivery: trigger.deliveryId });
  log.info(`Refused (${answer.reason}): ${answer.message}`);
  if (!mayTell) log.notice('The refusal was not told: too many were within the last hour.');
  else if (!isQuiet) await answerOnce(intake, key, () => refusedAnswer(answer.message));
  return undefined;
}
