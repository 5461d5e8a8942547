import type { AgentLog } from '../log/agent-log.ts';
import { Interrupted, TimeIsUp, type Interruption } from '../interruption.ts';
import type { ObtainedTask } from './submit-task.ts';
import { failureOf, type Failure } from '../failure.ts';
import type { ReasonCode } from '../../shared/model/reason.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import type { RebyteClient, TaskResult } from '../../shared/rebyte/index.ts';
import { messageOf } from '../../shared/model/message-of.ts';

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
    if (failure.reason === 'internal_error') throw error;
    // Whatever the reason, a task that was started is not refused.
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
  const done = CANCELED_WORDS[canceled];
  const interrupted = reason instanceof Interrupted;
  const message = `${interrupted ? 'The workflow was canceled.' : 'The time is up.'} ${done}`;
  const failure: Failure = { reason: stopReason(interrupted ? 'interrupted' : 'timed_out', canceled), message };
  return { kind: 'stopped', failure, canceled: canceled !== 'failed' };
}

/** What came of canceling a task: `ended` when there was nothing left of it to cancel. */
export type Canceled = 'canceled' | 'ended' | 'failed';

export const CANCELED_WORDS: Readonly<Record<Canceled, string>> = {
  canceled: 'The task was canceled.',
  ended: 'The task had already ended.',
  failed: 'The task could not be canceled and may still be running.',
};

/** The code for a run that was stopped: whether its task is gone makes two endings of it. */
export function stopReason(why: 'interrupted' | 'timed_out', canceled: Canceled): ReasonCode {
  if (why === 'interrupted') return canceled === 'failed' ? 'interrupted_cancel_failed' : 'interrupted';
  return canceled === 'failed' ? 'timed_out_cancel_failed' : 'timed_out_canceled';
}

/** Cancels; a failure is told and survived, because there is something left to report. */
export async function cancelTask(client: RebyteClient, log: LogPort, taskId: string): Promise<Canceled> {
  try {
    const answer = await client.tasks.cancel(taskId, { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) });
    return answer.canceledPrompts === 0 ? 'ended' : 'canceled';
  } catch (error) {
    log.warning(`Canceling task ${taskId} failed: ${messageOf(error)}`);
    return 'failed';
  }
}
