import type { Command } from '../../model/command.ts';
import type { RunRecord } from '../../model/run-record.ts';
import {
  canceledAnswer,
  noKeyAnswer,
  nothingToShareAnswer,
  sharedAnswer,
  sharingOffAnswer,
  statusAnswer,
} from '../../render/answers.ts';
import { cancelRun, runsMeant } from '../engine/cancel-run.ts';
import type { Engine } from '../engine/engine.ts';
import { answerOnce } from './answer-once.ts';
import type { Intake } from './intake.ts';

/** The marker key of a command's own answer. */
export function answerKey({ trigger }: Intake, { position }: Command): string {
  return `answer:${trigger.sourceId}:${position}`;
}

/** Tells where the thread's open runs stand, and its last one. */
export async function tellStatus(intake: Intake, command: Command): Promise<void> {
  const { store, clock } = intake.engine;
  const { thread } = intake.trigger;
  await answerOnce(intake, answerKey(intake, command), async () => {
    const open = await store.openInThread(thread);
    const last = await store.lastInThread(thread);
    const settled = last?.state === 'settled' ? [last] : [];
    return statusAnswer([...settled, ...open.toReversed()], clock.now());
  });
}

/** Cancels every open run of the thread that was asked for before, here and on Rebyte. */
export async function cancelRuns(intake: Intake, command: Command): Promise<void> {
  const { engine, trigger } = intake;
  const key = answerKey(intake, command);
  const { owner } = trigger.repository;
  const runs = await runsToCancel(intake, key);
  if (runs.length > 0 && engine.agentFor(owner) === undefined) {
    await answerOnce(intake, key, () => noKeyAnswer(owner));
    return;
  }
  for (const run of runs) await cancelRun(engine, run, `${trigger.sender.login} with \`/rebyte cancel\``);
  await answerOnce(intake, key, async () => canceledAnswer(await stored(engine, runs)));
}

/** Written down at the first attempt: at the next, those that were canceled before are no longer open. */
async function runsToCancel({ engine, trigger }: Intake, key: string): Promise<readonly RunRecord[]> {
  const { store, clock, retentionMs } = engine;
  const noted = await store.read(key);
  if (noted === undefined) {
    const runs = runsMeant(await store.openInThread(trigger.thread), trigger.happenedAt);
    await store.write(key, runs.map(({ id }) => id).join(' '), { expiresAt: clock.now() + retentionMs });
    return runs;
  }
  return await stored(
    engine,
    noted.split(' ').map((id) => ({ id })),
  );
}

/** As they are now. */
async function stored({ store }: Engine, runs: readonly Pick<RunRecord, 'id'>[]): Promise<readonly RunRecord[]> {
  const found = await Promise.all(runs.map(async ({ id }) => await store.get(id)));
  return found.filter((run) => run !== undefined);
}

/** Makes the thread's task public, where the configuration lets people. */
export async function shareTask(intake: Intake, command: Command): Promise<void> {
  const { engine, trigger, config } = intake;
  const { owner } = trigger.repository;
  await answerOnce(intake, answerKey(intake, command), async () => {
    if (!config.share) return sharingOffAnswer();
    const agent = engine.agentFor(owner);
    if (agent === undefined) return noKeyAnswer(owner);
    const last = await engine.store.lastInThread(trigger.thread);
    const taskId = (await engine.store.conversation(trigger.thread))?.taskId ?? last?.taskId;
    if (taskId === undefined) return nothingToShareAnswer();
    const shareUrl = await agent.share(taskId, 'public');
    if (shareUrl !== undefined && last?.taskId === taskId) await engine.store.update(last.id, { shareUrl });
    return sharedAnswer(shareUrl);
  });
}
