import type { Engine } from '../engine/engine.ts';
import { settleRunAs } from '../engine/settle-run-as.ts';
import { settleRun } from '../settle.ts';
import type { ArtifactLink } from '../../model/report.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { messageOf } from '../../model/message-of.ts';

/** How Rebyte says that the run's prompt ended. */
export interface PromptEnd {
  readonly status: string;
  /** Final text, where the webhook brought it. Hostile. */
  readonly result?: string;
}

interface FoundResult {
  readonly text: string;
  readonly source?: string;
  /** Said in the report where there is no text. */
  readonly why?: string;
}

const SILENT = 'The agent left no final text; what it did is in the task.';
const UNREADABLE = 'Its final text could not be read from Rebyte; it is in the task.';

/** Ends a run as its prompt ended. Neither a result nor artifacts that cannot be read keep it open. */
export async function settleByTask(engine: Engine, run: RunRecord, end: PromptEnd): Promise<void> {
  const agent = engine.agentFor(run.trigger.repository.owner);
  const { text, source, why = '' } = await resultOf(engine, agent, { run, end });
  const artifacts = await artifactsOf(engine, agent, run);
  const { reason } = settleRun({ status: end.status, result: text });
  // It may have ended by itself before it could be canceled; then that is what happened.
  const stopped = reason === 'task_canceled' ? run.stopping : undefined;
  await settleRunAs(engine, run, {
    reason: stopped?.reason ?? reason,
    message: stopped?.message ?? why,
    result: text,
    artifacts,
    ...(source !== undefined && { resultSource: source }),
  });
}

async function resultOf(
  engine: Engine,
  agent: AgentPort | undefined,
  { run, end }: { run: RunRecord; end: PromptEnd },
): Promise<FoundResult> {
  if (end.result !== undefined && end.result.trim() !== '') return { text: end.result, source: 'webhook' };
  if (agent === undefined || run.taskId === undefined || end.status === 'canceled') return { text: '' };
  try {
    const found = await agent.resultOf(run.taskId, run.promptId);
    return found.text.trim() === '' ? { ...found, why: SILENT } : found;
  } catch (error) {
    engine.log({ run: run.id }).warning(`The result could not be read: ${messageOf(error)}`);
    return { text: '', why: UNREADABLE };
  }
}

async function artifactsOf(
  engine: Engine,
  agent: AgentPort | undefined,
  run: RunRecord,
): Promise<readonly ArtifactLink[]> {
  if (agent === undefined || run.workspaceId === undefined) return [];
  const old = run.submission?.oldArtifacts ?? [];
  try {
    const all = await agent.artifacts(run.workspaceId);
    return all.filter(({ name, size }) => !old.some((each) => each.name === name && each.size === size));
  } catch (error) {
    engine.log({ run: run.id }).warning(`The artifacts could not be listed: ${messageOf(error)}`);
    return [];
  }
}
