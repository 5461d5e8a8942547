import { findOwnTask } from './find-own-task.ts';
import { Refusal } from './refusal.ts';
import type { Interruption } from './interruption.ts';
import type { SentFile } from './sent-files.ts';
import type { LogPort } from '../shared/ports/log.ts';
import { mayHaveHappened, type NewTask, type RebyteClient } from '../shared/rebyte/index.ts';

/** Everything that Rebyte is asked for, decided before the first request. */
export interface Order {
  readonly prompt: string;
  readonly executor: string;
  readonly model: string;
  readonly skills: readonly string[];
  readonly workspaceId: string;
  readonly computer: string;
  readonly repository: string;
  readonly branch: string;
  readonly files: readonly SentFile[];
  readonly runReference: string;
}

/** What a task that exists is asked. */
export interface FollowUp {
  readonly prompt: string;
  readonly skills: readonly string[];
  readonly files: readonly SentFile[];
}

/** A task of an earlier run. */
export interface KnownTask {
  readonly taskId: string;
  readonly workspaceId?: string;
}

/** A task that is ours to watch. */
export interface ObtainedTask {
  readonly taskId: string;
  readonly taskUrl: string;
  /** '' when it is not known: the API tells it only to who creates a task. */
  readonly workspaceId: string;
  /** The prompt to wait for; '' means the task's latest. */
  readonly promptId: string;
}

export interface Desk {
  readonly client: RebyteClient;
  readonly log: LogPort;
  readonly interruption: Interruption;
  /** Called right before the request that may create a task leaves. */
  readonly onSubmitting: () => void;
}

/** In doubt, the list is asked this often, this far apart: a task can show up a moment after a broken connection. */
const LOOKS = 4;
const LOOK_INTERVAL_MS = 1_500;

/** Creates a new task: computer, files, then the one request that must not be repeated. */
export async function createTask(desk: Desk, order: Order): Promise<ObtainedTask> {
  const { client, interruption } = desk;
  const workspaceId = order.workspaceId || (await readyComputer(desk, order.computer));
  const files = await uploadAll(desk, order.files);
  const body: NewTask = {
    prompt: order.prompt,
    ...(order.executor === '' ? {} : { executor: order.executor }),
    ...(order.model === '' ? {} : { model: order.model }),
    ...(order.skills.length === 0 ? {} : { skills: [...order.skills] }),
    ...(workspaceId === '' ? {} : { workspaceId }),
    ...(files.length === 0 ? {} : { files }),
    ...(order.repository === '' ? {} : { githubUrl: order.repository }),
    ...(order.repository === '' || order.branch === '' ? {} : { branchName: order.branch }),
  };
  const since = Date.now();
  interruption.signal.throwIfAborted();
  desk.onSubmitting();
  try {
    const task = await client.tasks.create(body, { signal: interruption.late });
    return { taskId: task.id, taskUrl: task.url, workspaceId: task.workspaceId, promptId: '' };
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    return await lookForTask(desk, { order, since, workspaceId, error });
  }
}

/** Sends a follow-up to a task that exists. Where it works is known to the caller or to nobody. */
export async function sendFollowUp(desk: Desk, request: FollowUp, known: KnownTask): Promise<ObtainedTask> {
  const { client, interruption } = desk;
  const { taskId, workspaceId = '' } = known;
  const task = await client.tasks.get(taskId, { signal: interruption.signal });
  const files = await uploadAll(desk, request.files);
  interruption.signal.throwIfAborted();
  desk.onSubmitting();
  const body = {
    prompt: request.prompt,
    ...(request.skills.length === 0 ? {} : { skills: [...request.skills] }),
    ...(files.length === 0 ? {} : { files }),
  };
  try {
    const { promptId } = await client.prompts.create(taskId, body, { signal: interruption.late });
    return { taskId, taskUrl: task.url, workspaceId, promptId };
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    // The task's own list of prompts is documented, so here one look settles it.
    const now = await client.tasks.get(taskId, { signal: interruption.late });
    const prompt = now.prompts.find((each) => !task.prompts.some((old) => old.id === each.id));
    if (prompt === undefined) throw error;
    return { taskId, taskUrl: task.url, workspaceId, promptId: prompt.id };
  }
}

/** The id of the Agent Computer with this id or name; made, and awaited, when none has the name. '' for ''. */
async function readyComputer({ client, log, interruption }: Desk, computer: string): Promise<string> {
  if (computer === '') return '';
  const { signal } = interruption;
  const found = await findComputer(client, computer, signal);
  if (found === undefined) log.info(`Creating the Agent Computer "${computer}" …`);
  const { id } = found ?? (await client.agentComputers.create({ name: computer }, { signal }));
  const ready = await client.agentComputers.ready(id, { signal });
  return ready.id;
}

/** The id of an Agent Computer that exists, '' for one that does not: a follow-up makes none. */
export async function computerId({ client, interruption }: Desk, computer: string): Promise<string> {
  if (computer === '') return '';
  return (await findComputer(client, computer, interruption.signal))?.id ?? '';
}

async function findComputer(
  client: RebyteClient,
  wanted: string,
  signal: AbortSignal,
): Promise<{ id: string } | undefined> {
  for await (const computer of client.agentComputers.list({ limit: 100 }, { signal })) {
    if (computer.id === wanted || computer.name === wanted) return computer;
  }
  return undefined;
}

async function uploadAll(
  { client, log, interruption }: Desk,
  files: readonly SentFile[],
): Promise<{ id: string; filename: string }[]> {
  const uploaded: { id: string; filename: string }[] = [];
  for (const { path, filename, size } of files) {
    log.info(`Sending ${filename} (${size} bytes) …`);
    uploaded.push(await client.files.upload({ path, filename }, { signal: interruption.signal }));
  }
  return uploaded;
}

interface Doubt {
  readonly order: Order;
  readonly since: number;
  readonly workspaceId: string;
  readonly error: unknown;
}

/** The request left and no answer came. The task is looked for; it is never created a second time. */
async function lookForTask({ client, log, interruption }: Desk, doubt: Doubt): Promise<ObtainedTask> {
  const cause = doubt.error instanceof Error ? doubt.error.message : String(doubt.error);
  log.warning(`It is not known whether the task was created (${cause}). Looking for it …`);
  for (let look = 0; look < LOOKS && !interruption.late.aborted; look += 1) {
    await pause(LOOK_INTERVAL_MS * look, interruption.late);
    try {
      const sought = { runReference: doubt.order.runReference, since: doubt.since, signal: interruption.late };
      const task = await findOwnTask(client, sought);
      if (task !== undefined)
        return { taskId: task.id, taskUrl: task.url, workspaceId: doubt.workspaceId, promptId: '' };
    } catch (error) {
      log.debug(`Looking for the task failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Refusal('submit_in_doubt', `The task may have been created, but Rebyte's answer got lost: ${cause}`, {
    cause: doubt.error,
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  // An abort ends the pause early; the loop's own test sees it.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
