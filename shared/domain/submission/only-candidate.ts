import type { Engine } from '../engine/engine.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { AgentPort, AgentTask } from '../../ports/agent.ts';

/** Rebyte's clock and ours may differ by this much. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** More tasks than this since the intent, and it is hopeless to tell them apart. */
const MAX_LISTED = 200;

/**
 * The task that must be the run's, where no prompt can be read: the only one since the run's intent that nobody knows, on
 * its computer where it has one. Undefined when there is none, when there are two, or when another run looks for one too.
 */
export async function onlyCandidate(engine: Engine, agent: AgentPort, run: RunRecord): Promise<AgentTask | undefined> {
  if (await isSoughtByAnother(engine, agent, run)) return undefined;
  const unknown: string[] = [];
  for (const taskId of await tasksSince(agent, run)) {
    if ((await engine.store.byTask(taskId)).length === 0) unknown.push(taskId);
    if (unknown.length > 1) return undefined;
  }
  const [taskId] = unknown;
  return taskId === undefined ? undefined : await agent.getTask(taskId);
}

/** Two runs in doubt cannot tell whose a task is. */
async function isSoughtByAnother({ store, agentFor }: Engine, agent: AgentPort, run: RunRecord): Promise<boolean> {
  for await (const other of store.open(['submitting']))
    if (other.id !== run.id && agentFor(other.trigger.repository.owner) === agent) return true;
  return false;
}

async function tasksSince(agent: AgentPort, run: RunRecord): Promise<readonly string[]> {
  const since = (run.submittedAt ?? run.createdAt) - CLOCK_SKEW_MS;
  const own = run.workspaceId === undefined ? undefined : await agent.tasksOfComputer(run.workspaceId);
  if (own !== undefined) return own.filter(({ createdAt }) => createdAt >= since).map(({ taskId }) => taskId);
  const listed: string[] = [];
  for await (const { taskId, createdAt } of agent.listTasks(0)) {
    if (createdAt < since || listed.length === MAX_LISTED) break;
    listed.push(taskId);
  }
  return listed;
}
