import { findOwnPrompt, findOwnTask } from './find-own-task.ts';
import type { KnownTask, ObtainedTask } from './submit-task.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { messageOf } from '../../shared/model/message-of.ts';
import { ApiError, type RebyteClient } from '../../shared/rebyte/index.ts';

/** GitHub lets a job be re-run for 30 days. */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60_000;

const ENDED = { failed: 'failed', canceled: 'was canceled' } as const;

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
    const [task, own] = await Promise.all([
      client.tasks.get(taskId, { signal }),
      findOwnPrompt(client, taskId, search),
    ]);
    // Others may have followed up on the task since: their prompt is not what this job asked.
    const prompt = task.prompts.find(({ id }) => typeof own === 'object' && own.promptId === id) ?? task.prompts[0];
    const status = prompt?.status ?? task.status;
    if (status === 'failed' || status === 'canceled') {
      log.info(`The earlier attempt's task ${taskId} ${ENDED[status]}; starting a new one.`);
      return undefined;
    }
    log.notice(`Attached to the task that an earlier attempt of this job started: ${task.url}`);
    return { taskId, taskUrl: task.url, workspaceId, promptId: prompt?.id ?? '' };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    log.warning(`Could not look for an earlier attempt's task, so a new one is started: ${messageOf(error)}`);
    return undefined;
  }
}

async function onRebyte({ client, runReference, signal }: Reattachment): Promise<KnownTask | undefined> {
  const found = await findOwnTask(client, { runReference, signal, since: Date.now() - RERUN_WINDOW_MS });
  return typeof found === 'object' ? found : undefined;
}

/** What GitHub refuses to show is looked for on Rebyte. */
async function commented({ commented: find, log, signal }: Reattachment): Promise<KnownTask | undefined> {
  try {
    return await find();
  } catch (error) {
    if (signal.aborted) throw error;
    log.warning(`The comments could not be searched for an earlier attempt's task: ${messageOf(error)}`);
    return undefined;
  }
}

/** A named task, waited for without a new prompt. */
export async function attachTo(client: RebyteClient, known: KnownTask, signal: AbortSignal): Promise<ObtainedTask> {
  const { taskId, workspaceId = '' } = known;
  const task = await client.tasks.get(taskId, { signal });
  return { taskId, taskUrl: task.url, workspaceId, promptId: task.prompts[0]?.id ?? '' };
}
