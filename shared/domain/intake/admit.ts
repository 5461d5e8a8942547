import type { Command } from '../../model/command.ts';
import { refusedAnswer } from '../../render/answers.ts';
import { authorize, type Authorization } from '../authorize.ts';
import { answerOnce } from './answer-once.ts';
import type { Intake } from './intake.ts';

export type Allowed = Extract<Authorization, { kind: 'allowed' }>;

/** Asks whether the sender may give the command. A refusal is told once per person and thread, and never to bots. */
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
  engine.metrics.refused(answer.reason);
  engine.log({ delivery: trigger.deliveryId }).info(`Refused (${answer.reason}): ${answer.message}`);
  if (answer.quiet === true) return undefined;
  const key = `refused:${trigger.sender.login.toLowerCase()}`;
  await answerOnce(intake, key, () => refusedAnswer(answer.message));
  return undefined;
}
