import { findOwnPrompt, findOwnTask, type Search } from './find-own-task.ts';
import { Refusal } from '../refusal.ts';
import type { Interruption } from '../interruption.ts';
import { LOOK_FOR_MS, lookAgain } from './look-again.ts';
import type { SentFile } from '../plan/sent-files.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { mayHaveHappened, type NewTask, type RebyteClient, type Task } from '../../shared/rebyte/index.ts';
import { messageOf } from '../../shared/model/message-of.ts';

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
    const others = new Set<string>();
    const sought = { runReference: order.runReference, since, signal: interruption.late, others };
    const found = await settleDoubt(desk, error, () => findOwnTask(client, sought));
    return { ...found, workspaceId, promptId: '' };
  }
}

/** Sends a follow-up to a task that exists. Where it works is known to the caller or to nobody. */
export async function sendFollowUp(desk: Desk, request: FollowUp, known: KnownTask): Promise<ObtainedTask> {
  const { client, interruption } = desk;
  const { taskId, workspaceId = '' } = known;
  const task = await client.tasks.get(taskId, { signal: interruption.signal });
  const files = await uploadAll(desk, request.files);
  interruption.signal.throwIfAborted();
  desk.onSubmitting({ taskId, taskUrl: task.url });
  const body = {
    prompt: request.prompt,
    ...(request.skills.length === 0 ? {} : { skills: [...request.skills] }),
    ...(files.length === 0 ? {} : { files }),
  };
  const { url: taskUrl } = task;
  try {
    const { promptId } = await client.prompts.create(taskId, body, { signal: interruption.late });
    return { taskId, taskUrl, workspaceId, promptId };
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    const { promptId } = await settleDoubt(desk, error, () => findNewPrompt(desk, task, request.runReference));
    return { taskId, taskUrl, workspaceId, promptId };
  }
}

/** Our prompt by its text; where Rebyte shows none, by its being new, which the documented list of prompts tells. */
async function findNewPrompt(
  { client, interruption }: Desk,
  before: Task,
  runReference: string,
): Promise<Search<{ readonly promptId: string }>> {
  const signal = interruption.late;
  const own = await findOwnPrompt(client, before.id, { runReference, signal });
  if (own !== 'unsearchable') return own;
  const { prompts } = await client.tasks.get(before.id, { signal });
  const added = prompts.find(({ id }) => !before.prompts.some((old) => old.id === id));
  return added === undefined ? 'none' : { promptId: added.id };
}

/** The request left and no answer came. What it made is looked for; it is never sent a second time. */
async function settleDoubt<T extends object>(
  { log, interruption }: Desk,
  error: unknown,
  look: () => Promise<Search<T>>,
): Promise<T> {
  const cause = messageOf(error);
  log.warning(`It is not known whether the task was created (${cause}). Looking for it …`);
  const found = await lookAgain(look, {
    forMs: LOOK_FOR_MS,
    until: [interruption.late, interruption.overtime],
    onError: (failure) => log.debug(`Looking for the task failed: ${String(failure)}`),
  });
  if (found !== undefined) return found;
  throw new Refusal('submit_in_doubt', `It is not known whether the task was created: ${cause}`, { cause: error });
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
