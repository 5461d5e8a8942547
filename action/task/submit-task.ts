import type { Interruption } from '../interruption.ts';
import type { SentFile } from '../plan/sent-files.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { mayHaveHappened, type NewTask, type RebyteClient } from '../../shared/rebyte/index.ts';

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
  readonly runReference: string;
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
  /** Called right before the request leaves that may create a task, or a prompt of this one. */
  readonly onSubmitting: (task?: { readonly taskId: string; readonly taskUrl: string }) => void;
}

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
    const { findOwnTask } = await import('./find-own-task.ts');
    const { settleDoubt } = await import('./settle-doubt.ts');
    const others = new Set<string>();
    const sought = { runReference: order.runReference, since, signal: interruption.late, others };
    const found = await settleDoubt(desk, error, () => findOwnTask(client, sought));
    return { ...found, workspaceId, promptId: '' };
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

/** The Agent Computer with this id or name. */
export async function findComputer(
  client: RebyteClient,
  wanted: string,
  signal: AbortSignal,
): Promise<{ id: string } | undefined> {
  for await (const computer of client.agentComputers.list({ limit: 100 }, { signal })) {
    if (computer.id === wanted || computer.name === wanted) return computer;
  }
  return undefined;
}

export async function uploadAll(
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
