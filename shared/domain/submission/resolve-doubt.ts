import { acceptTask } from './accept-task.ts';
import type { SentPrompt } from './prepare-order.ts';
import type { Engine } from '../engine/engine.ts';
import { settleRunAs } from '../engine/settle-run-as.ts';
import type { RunRecord, Submission } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { TryLater } from '../../ports/jobs.ts';

/** Pauses between looks, in ms. A task can show up minutes after its connection broke: a VM is being made for it. */
export const LOOK_DELAYS_MS = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000] as const;

/**
 * Looks for what may have been created by a request without an answer, and adopts it. What cannot be found is never sent
 * again: the run ends as lost, and says so.
 *
 * @throws TryLater until it was looked for often enough.
 */
export async function resolveDoubt(engine: Engine, agent: AgentPort, run: RunRecord): Promise<void> {
  const { submission } = run;
  if (submission === undefined) throw new Error(`Run ${run.id} is in doubt, but nothing says what was sent.`);
  const sent = await look(agent, run, submission);
  if (sent !== undefined) {
    engine.log({ run: run.id }).info(`Found the task whose answer got lost: ${sent.taskId}.`);
    return await acceptTask(engine, agent, { run, sent });
  }
  const delay = LOOK_DELAYS_MS[submission.looks];
  if (delay === undefined) {
    const what = submission.taskId === undefined ? 'the task was being created' : 'the follow-up was being sent';
    const message = `The connection to Rebyte broke while ${what}. It may exist; it was looked for and not found.`;
    return await settleRunAs(engine, run, { reason: 'submit_in_doubt', message });
  }
  await engine.store.update(run.id, { submission: { ...submission, looks: submission.looks + 1 } });
  throw new TryLater('It is not known yet whether the task was created.', delay);
}

async function look(agent: AgentPort, run: RunRecord, submission: Submission): Promise<SentPrompt | undefined> {
  const { taskId, promptIds = [] } = submission;
  const workspace = run.workspaceId === undefined ? {} : { workspaceId: run.workspaceId };
  if (taskId === undefined) {
    const found = await agent.findByReference(run.runReference, run.submittedAt ?? run.createdAt);
    return found === undefined ? undefined : { ...workspace, ...found };
  }
  const task = await agent.getTask(taskId);
  const added = task?.prompts.filter(({ id }) => !promptIds.includes(id)) ?? [];
  const [prompt] = added;
  // Of two, one is somebody else's, and nothing tells which.
  if (task === undefined || prompt === undefined || added.length > 1) return undefined;
  return { taskId, taskUrl: task.taskUrl, promptId: prompt.id, ...workspace };
}
