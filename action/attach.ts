import { findOwnTask } from './find-own-task.ts';
import type { KnownTask, ObtainedTask } from './submit-task.ts';
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
  readonly commented: () => Promise<KnownTask | undefined>;
}

/**
 * The task that an earlier attempt of this job started, if it still runs or has succeeded. A failed or canceled one is
 * not taken up: whoever re-runs the job wants it done again.
 */
export async function taskOfEarlierAttempt(search: Reattachment): Promise<ObtainedTask | undefined> {
  const { client, log, signal } = search;
  try {
    const known = (await commented(search)) ?? (await onRebyte(search));
    if (known === undefined) return undefined;
    const { taskId, workspaceId = '' } = known;
    const task = await client.tasks.get(taskId, { signal });
    if (task.status === 'failed' || task.status === 'canceled') {
      log.info(`The earlier attempt's task ${taskId} has ${task.status}; starting a new one.`);
      return undefined;
    }
    log.notice(`Attached to the task that an earlier attempt of this job started: ${task.url}`);
    return { taskId, taskUrl: task.url, workspaceId, promptId: task.prompts[0]?.id ?? '' };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    log.warning(`Could not look for an earlier attempt's task, so a new one is started: ${String(error)}`);
    return undefined;
  }
}

async function onRebyte({ client, runReference, signal }: Reattachment): Promise<KnownTask | undefined> {
  const found = await findOwnTask(client, { runReference, signal, since: Date.now() - RERUN_WINDOW_MS });
  return found === undefined ? undefined : { taskId: found.id };
}

/** What GitHub refuses to show is looked for on Rebyte. */
async function commented({ commented: find, log, signal }: Reattachment): Promise<KnownTask | undefined> {
  try {
    return await find();
  } catch (error) {
    if (signal.aborted) throw error;
    log.warning(`The comments could not be searched for an earlier attempt's task: ${String(error)}`);
    return undefined;
  }
}

/** A named task, waited for without a new prompt. */
export async function attachTo(client: RebyteClient, known: KnownTask, signal: AbortSignal): Promise<ObtainedTask> {
  const { taskId, workspaceId = '' } = known;
  const task = await client.tasks.get(taskId, { signal });
  return { taskId, taskUrl: task.url, workspaceId, promptId: task.prompts[0]?.id ?? '' };
}
