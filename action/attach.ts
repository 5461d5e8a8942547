import { findOwnTask } from './find-own-task.ts';
import type { ObtainedTask } from './submit-task.ts';
import type { LogPort } from '../shared/ports/log.ts';
import { ApiError, type RebyteClient } from '../shared/rebyte/index.ts';

/** GitHub lets a job be re-run for 30 days. */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60_000;

export interface Reattachment {
  readonly client: RebyteClient;
  readonly log: LogPort;
  readonly runReference: string;
  readonly signal: AbortSignal;
  /** The task that this run's own comment names, if any. */
  readonly commented: () => Promise<string | undefined>;
}

/**
 * The task that an earlier attempt of this job started, if it still runs or has succeeded. A failed or canceled one is
 * not taken up: whoever re-runs the job wants it done again.
 */
export async function taskOfEarlierAttempt(search: Reattachment): Promise<ObtainedTask | undefined> {
  const { client, log, signal } = search;
  try {
    const taskId = (await search.commented()) ?? (await findOwnTask(client, { ...search, since: Date.now() - RERUN_WINDOW_MS }))?.id;
    if (taskId === undefined) return undefined;
    const task = await client.tasks.get(taskId, { signal });
    if (task.status === 'failed' || task.status === 'canceled') {
      log.info(`The earlier attempt's task ${taskId} has ${task.status}; starting a new one.`);
      return undefined;
    }
    log.notice(`Attached to the task that an earlier attempt of this job started: ${task.url}`);
    return { taskId, taskUrl: task.url, workspaceId: '', promptId: task.prompts[0]?.id ?? '' };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    log.warning(`Could not look for an earlier attempt's task, so a new one is started: ${String(error)}`);
    return undefined;
  }
}

/** A named task, waited for without a new prompt. */
export async function attachTo(client: RebyteClient, taskId: string, signal: AbortSignal): Promise<ObtainedTask> {
  const task = await client.tasks.get(taskId, { signal });
  return { taskId, taskUrl: task.url, workspaceId: '', promptId: task.prompts[0]?.id ?? '' };
}
