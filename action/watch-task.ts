import type { AgentLog } from './agent-log.ts';
import { Interrupted, TimeIsUp, type Interruption } from './interruption.ts';
import type { ObtainedTask } from './submit-task.ts';
import { failureOf, type Failure } from './failure.ts';
import type { LogPort } from '../shared/ports/log.ts';
import type { RebyteClient, TaskResult } from '../shared/rebyte/index.ts';

/** A cancel that Rebyte does not answer must not eat the time of the last word. */
const CANCEL_TIMEOUT_MS = 2_500;

export interface Watch {
  readonly client: RebyteClient;
  readonly log: LogPort;
  readonly agentLog: AgentLog;
  readonly interruption: Interruption;
  readonly onTimeout: 'cancel' | 'leave';
}

export type Watched =
  | { readonly kind: 'ended'; readonly result: TaskResult }
  | { readonly kind: 'stopped'; readonly failure: Failure; readonly canceled: boolean };

/** Follows the task to its end, showing the agent at work; or to the moment the workflow or the clock stops us. */
export async function watchTask(watch: Watch, task: ObtainedTask): Promise<Watched> {
  const { client, agentLog, interruption } = watch;
  try {
    const result = await client.tasks.wait(task.taskId, {
      signal: interruption.signal,
      onEvent: (event) => agentLog.show(event),
      ...(task.promptId === '' ? {} : { promptId: task.promptId }),
      ...(task.workspaceId === '' ? {} : { workspaceId: task.workspaceId }),
    });
    return { kind: 'ended', result };
  } catch (error) {
    if (interruption.signal.aborted) return await stop(watch, task);
    const failure = failureOf(error);
    if (failure.reason !== 'unavailable') throw error;
    return { kind: 'stopped', failure: { reason: 'lost', message: failure.message }, canceled: false };
  } finally {
    await agentLog.end();
  }
}

async function stop(watch: Watch, task: ObtainedTask): Promise<Watched> {
  const reason: unknown = watch.interruption.signal.reason;
  if (reason instanceof TimeIsUp && watch.onTimeout === 'leave') {
    return {
      kind: 'stopped',
      failure: { reason: 'timed_out_left', message: 'The time is up; the task goes on.' },
      canceled: false,
    };
  }
  const canceled = await cancelTask(watch.client, watch.log, task.taskId);
  const done = canceled ? 'The task was canceled.' : 'The task could not be canceled and may still be running.';
  const failure: Failure =
    reason instanceof Interrupted
      ? { reason: 'interrupted', message: `The workflow was canceled. ${done}` }
      : { reason: 'timed_out_canceled', message: `The time is up. ${done}` };
  return { kind: 'stopped', failure, canceled };
}

/** Cancels; a failure is told and survived, because there is something left to report. */
export async function cancelTask(client: RebyteClient, log: LogPort, taskId: string): Promise<boolean> {
  try {
    await client.tasks.cancel(taskId, { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) });
    return true;
  } catch (error) {
    log.warning(`Canceling task ${taskId} failed: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
