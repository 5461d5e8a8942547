import type { Engine } from './engine.ts';
import { settleRunAs } from './settle-run-as.ts';
import type { RunRecord, Stopping } from '../../model/run-record.ts';
import { AgentRefusal } from '../../ports/agent.ts';

/**
 * Ends a run by our own decision: what was not sent is not sent any more, what runs is canceled on Rebyte. The decision
 * is stored first, so that Rebyte's own `task.canceled` counts as ours, and a crash cannot leave the task running. A run
 * whose request is on its way ends when its answer is there.
 */
export async function stopRun(engine: Engine, run: RunRecord, stopping: Stopping): Promise<void> {
  const decided = await engine.store.update(run.id, { stopping: run.stopping ?? stopping });
  if (decided === undefined || decided.state === 'settled') return;
  const { taskId, submission, stopping: why = stopping } = decided;
  if (taskId !== undefined) await cancelTask(engine, decided, taskId);
  else if (submission?.phase === 'sending') return;
  await settleRunAs(engine, decided, why);
}

async function cancelTask(engine: Engine, run: RunRecord, taskId: string): Promise<void> {
  const { owner } = run.trigger.repository;
  const agent = engine.agentFor(owner);
  if (agent === undefined) throw new Error(`The task cannot be canceled: there is no Rebyte API key for "${owner}".`);
  try {
    await agent.cancel(taskId);
  } catch (error) {
    // A task that is gone runs no more.
    if (!(error instanceof AgentRefusal) || error.code !== 'not_found') throw error;
  }
}
