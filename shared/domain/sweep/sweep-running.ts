import { orWarn } from './or-warn.ts';
import type { CallBudget } from './call-budget.ts';
import type { Engine } from '../engine/engine.ts';
import { settleRunAs } from '../engine/settle-run-as.ts';
import { stopRun } from '../engine/stop-run.ts';
import { settleByTask } from '../notices/settle-by-task.ts';
import { isEnd, statusOfPrompt } from '../notices/task-status.ts';
import { forgetVainLooks, isGivenUp } from '../vain-looks.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { messageOf } from '../../model/message-of.ts';

/** What an end commonly costs: its status, its result and its artifacts. */
export const CALLS_PER_LOOK = 3;
/** Where all but the result's stream is asked for three times, and the status once more. */
const MOST_CALLS_PER_LOOK = 13;

const MINUTE_MS = 60_000;
/** Past its deadline, and Rebyte cannot be asked or refuses to cancel it. */
const IN_VAIN = { ms: 60 * MINUTE_MS, looks: 30 };

/** Asks Rebyte after these runs, one by one, as far as the budget goes; a fault of one stops no other. */
export async function sweepRunning(engine: Engine, ids: readonly string[], budget: CallBudget): Promise<void> {
  const { requests } = engine.sweeping ?? {};
  for (const id of ids) {
    if (budget.left < mostCallsPerLook(engine)) return;
    const before = requests?.() ?? 0;
    await orWarn(engine, id, async () => await lookAfter(engine, id));
    budget.left -= requests === undefined ? CALLS_PER_LOOK : requests() - before;
  }
}

/** So many have to be left before a look begins. */
export function mostCallsPerLook({ sweeping }: Pick<Engine, 'sweeping'>): number {
  return sweeping === undefined ? CALLS_PER_LOOK : MOST_CALLS_PER_LOOK;
}

async function lookAfter(engine: Engine, id: string): Promise<void> {
  const now = engine.clock.now();
  const run = await engine.store.update(id, { askedAt: now });
  // A webhook may have come in between.
  if (run?.state !== 'running') return;
  try {
    const agent = engine.agentFor(run.trigger.repository.owner);
    if (agent === undefined) throw new Error('There is no Rebyte API key for its account any more.');
    await askAfter(engine, agent, run);
  } catch (error) {
    if (now < (run.deadlineAt ?? Infinity) || !(await isGivenUp(engine, run, IN_VAIN))) throw error;
    const why = messageOf(error);
    return await settleRunAs(engine, run, {
      reason: 'lost',
      message: `Rebyte cannot be asked what became of it: ${why}`,
    });
  }
  await forgetVainLooks(engine, run);
}

async function askAfter(engine: Engine, agent: AgentPort, run: RunRecord): Promise<void> {
  if (run.taskId === undefined) throw new Error(`Run ${run.id} is running without a task.`);
  const task = await agent.getTask(run.taskId);
  if (task === undefined) {
    const message = 'The task does not exist any more on Rebyte.';
    return await settleRunAs(engine, run, run.stopping ?? { reason: 'lost', message });
  }
  const status = statusOfPrompt(task, run);
  if (isEnd(status)) return await settleByTask(engine, run, { status });
  if (run.stopping !== undefined) return await stopRun(engine, run, run.stopping);
  if (engine.clock.now() < (run.deadlineAt ?? Infinity)) return;
  await stopRun(engine, run, { reason: 'timed_out_canceled', message: timedOut(run) });
}

function timedOut({ timeoutMs }: RunRecord): string {
  const allowed = timeoutMs === undefined ? '' : `the ${Math.round(timeoutMs / MINUTE_MS)} minutes that `;
  return `It took longer than ${allowed}this repository allows, so the task was canceled.`;
}
