import { acceptTask } from './accept-task.ts';
import { onlyCandidate } from './only-candidate.ts';
import type { SentPrompt } from './prepare-order.ts';
import type { Engine } from '../engine/engine.ts';
import { settleRunAs } from '../engine/settle-run-as.ts';
import type { RunRecord, Submission } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { TryLater } from '../../ports/jobs.ts';

/** Pauses between looks, in ms. A task can show up minutes after its connection broke: a VM is being made for it. */
export const LOOK_DELAYS_MS = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000] as const;

/**
 * Looks for what may have been created by a request without an answer, and adopts it: by the reference in its prompt, or,
 * where prompts cannot be read, as the only task that can be it. What cannot be found is never sent again: the run ends as
 * lost, and says so.
 *
 * @throws TryLater until it was looked for often enough.
 */
export async function resolveDoubt(engine: Engine, agent: AgentPort, run: RunRecord): Promise<void> {
  const { submission } = run;
  if (submission === undefined) throw new Error(`Run ${run.id} is in doubt, but nothing says what was sent.`);
  const found = await look(agent, run, submission);
  const delay = LOOK_DELAYS_MS[submission.looks];
  // A task of somebody else's may be there before ours shows up, so the only one counts when all time has passed.
  const sent = found === 'unsearchable' && delay === undefined ? await guess(engine, agent, run) : found;
  if (typeof sent === 'object') {
    engine.log({ run: run.id }).info(`Found the task whose answer got lost: ${sent.taskId}.`);
    return await acceptTask(engine, agent, { run, sent });
  }
  if (delay === undefined) {
    const what = submission.taskId === undefined ? 'the task was being created' : 'the follow-up was being sent';
    const message = `The connection to Rebyte broke while ${what}. It may exist; it was looked for and not found.`;
    return await settleRunAs(engine, run, { reason: 'submit_in_doubt', message });
  }
  await engine.store.update(run.id, { submission: { ...submission, looks: submission.looks + 1 } });
  throw new TryLater('It is not known yet whether the task was created.', delay);
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
