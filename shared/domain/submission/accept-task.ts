import type { SentPrompt } from './prepare-order.ts';
import type { Engine } from '../engine/engine.ts';
import { addReport } from '../engine/run-jobs.ts';
import { stopRun } from '../engine/stop-run.ts';
import { wakeNext } from '../engine/wake-next.ts';
import { applyKeptNotice } from '../notices/kept-notice.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { messageOf } from '../../model/message-of.ts';

/** The run has its task: the thread goes on with it, and the run is running. */
export async function acceptTask(
  engine: Engine,
  agent: AgentPort,
  { run, sent }: { run: RunRecord; sent: SentPrompt },
): Promise<void> {
  const { store } = engine;
  const { taskId, workspaceId } = sent;
  const workspace = workspaceId === undefined ? {} : { workspaceId };
  if (run.target.kind === 'thread') await store.setConversation(run.trigger.thread, { taskId, ...workspace });
  const running = await store.update(run.id, { ...sent, state: 'running' });
  engine.log({ run: run.id }).info(`Sent to Rebyte: task ${taskId}.`);
  if (running !== undefined) await afterSubmission(engine, agent, running);
}

/** What follows from a run being under way. Harmless to do again. */
export async function afterSubmission(engine: Engine, agent: AgentPort, run: RunRecord): Promise<void> {
  if (run.taskId === undefined) return;
  if (run.stopping !== undefined) return await stopRun(engine, run, run.stopping);
  await show(engine, agent, run, run.taskId);
  await addReport(engine, run);
  await applyKeptNotice(engine, run.taskId);
  await wakeNext(engine, run.trigger.thread);
}

async function show(engine: Engine, agent: AgentPort, run: RunRecord, taskId: string): Promise<void> {
  const visibility = run.submission?.visibility;
  if (visibility === undefined) return;
  try {
    const shareUrl = await agent.share(taskId, visibility);
    if (shareUrl !== undefined) await engine.store.update(run.id, { shareUrl });
  } catch (error) {
    // The task runs whoever may see it; a wish that failed is said and stops nothing.
    const why = messageOf(error);
    const note = `The task's visibility could not be set to ${visibility}: ${engine.mask(why)}`;
    if (!run.notes.includes(note)) await engine.store.update(run.id, { notes: [...run.notes, note] });
  }
}
