import { acceptTask } from './accept-task.ts';
import { onlyCandidate } from './only-candidate.ts';
import type { SentPrompt } from './prepare-order.ts';
import type { Engine } from '../engine/engine.ts';
import { settleRunAs } from '../engine/settle-run-as.ts';
import type { RunRecord, Submission } from '../../model/run-record.ts';
import { AgentRefusal, type AgentPort } from '../../ports/agent.ts';
import { TryLater } from '../../ports/jobs.ts';
import { forgetVainLooks, isGivenUp } from '../vain-looks.ts';
import { messageOf } from '../../model/message-of.ts';

/** Pauses between looks, in ms. A task can show up minutes after its connection broke: a VM is being made for it. */
export const LOOK_DELAYS_MS = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000] as const;

/** Somebody has to mend the key. */
const REFUSED_PAUSE_MS = 10 * 60_000;
/** Rebyte cannot be asked: what waits for this run has a day to leave, and keeps the other half of it. */
const IN_VAIN = { ms: 12 * 60 * 60_000, looks: 30 };

/**
 * Looks for what may have been created by a request without an answer, and adopts it: by the reference in its prompt, or,
 * where prompts cannot be read, as the only task that can be it. What cannot be found is never sent again: the run ends as
 * lost, and says so; also when Rebyte could not be asked for too long.
 *
 * @throws TryLater until it was looked for often enough, and whatever a look failed with.
 */
export async function resolveDoubt(engine: Engine, agent: AgentPort, run: RunRecord): Promise<void> {
  const { submission } = run;
  if (submission === undefined) throw new Error(`Run ${run.id} is in doubt, but nothing says what was sent.`);
  const delay = LOOK_DELAYS_MS[submission.looks];
  const sent = await orGiveUp(engine, run, async () => {
    const found = await look(agent, run, submission);
    // A task of somebody else's may be there before ours shows up, so the only one counts when all time has passed.
    return found === 'unsearchable' && delay === undefined ? await guess(engine, agent, run) : found;
  });
  if (sent === undefined) return;
  await forgetVainLooks(engine, run);
  if (typeof sent === 'object') {
    engine.log({ run: run.id }).info(`Found the task whose answer got lost: ${sent.taskId}.`);
    return await acceptTask(engine, agent, { run, sent });
  }
  if (delay === undefined) return await settleAsLost(engine, run, 'it was looked for and not found.');
  await engine.store.update(run.id, { submission: { ...submission, looks: submission.looks + 1 } });
  throw new TryLater('It is not known yet whether the task was created.', delay);
}

/** Undefined when it failed for so long that the run has ended. */
async function orGiveUp(engine: Engine, run: RunRecord, find: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await find();
  } catch (error) {
    const why = messageOf(error);
    if (await isGivenUp(engine, run, IN_VAIN)) {
      await settleAsLost(engine, run, `Rebyte cannot be asked for it: ${why}`);
      return undefined;
    }
    if (!(error instanceof AgentRefusal)) throw error;
    engine.log({ run: run.id }).warning(`A task that may exist cannot be looked for: ${why}`);
    throw new TryLater('Rebyte refuses to be asked whether the task was created.', REFUSED_PAUSE_MS);
  }
}

async function settleAsLost(engine: Engine, run: RunRecord, why: string): Promise<void> {
  const what = run.submission?.taskId === undefined ? 'the task was being created' : 'the follow-up was being sent';
  const message = `The connection to Rebyte broke while ${what}. It may exist; ${why}`;
  await settleRunAs(engine, run, { reason: 'submit_in_doubt', message });
}

type Found = SentPrompt | 'none' | 'unsearchable';

async function look(agent: AgentPort, run: RunRecord, submission: Submission): Promise<Found> {
  const { taskId, promptIds = [] } = submission;
  if (taskId === undefined) {
    const found = await agent.findByReference(run.runReference, run.submittedAt ?? run.createdAt);
    return typeof found === 'object' ? { ...workspaceOf(run), ...found } : found;
  }
  const task = await agent.getTask(taskId);
  const added = task?.prompts.filter(({ id }) => !promptIds.includes(id)) ?? [];
  const [prompt] = added;
  // Of two, one is somebody else's, and nothing tells which.
  if (task === undefined || prompt === undefined || added.length > 1) return 'none';
  return { taskId, taskUrl: task.taskUrl, promptId: prompt.id, ...workspaceOf(run) };
}

async function guess(engine: Engine, agent: AgentPort, run: RunRecord): Promise<Found> {
  const only = await onlyCandidate(engine, agent, run);
  if (only === undefined) return 'none';
  const note = "Rebyte's answer got lost; this is the only task that can be the one.";
  await engine.store.update(run.id, { notes: [...run.notes, note] });
  return { ...workspaceOf(run), taskId: only.taskId, taskUrl: only.taskUrl };
}

function workspaceOf({ workspaceId }: RunRecord): Pick<SentPrompt, 'workspaceId'> {
  return workspaceId === undefined ? {} : { workspaceId };
}
