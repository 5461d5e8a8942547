import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import { type Emulator, inBackground } from './emulator.ts';
import { findExecutor, type RunnableExecutor } from './executors/find-executor.ts';
import type { ProvisionFault } from './faults.ts';
import { createPrompt, runPrompt } from './prompt-run.ts';
import { isLive, type Prompt, type Task, type Workspace } from './records.ts';
import type { CreatePromptBody, CreateTaskBody } from './requests.ts';
import { notify } from './webhooks/notify.ts';
import { createWorkspace, prepare, removeWorkspace } from './workspace.ts';

const TITLE_CHARS = 80;

/** POST /tasks: resolves once the workspace is ready and the first prompt is submitted. */
export async function createTask(emulator: Emulator, body: CreateTaskBody): Promise<Task> {
  const runnable = await findExecutor(emulator.settings, body.executor);
  const workspace = await workspaceFor(emulator, body.workspaceId);
  const checkout = body.githubUrl && { slug: body.githubUrl, branch: body.branchName || 'main' };
  try {
    await prepare(emulator, workspace, { checkout: checkout || undefined, files: body.files ?? [] });
  } catch (error) {
    if (body.workspaceId === undefined) await removeWorkspace(emulator, workspace);
    throw error;
  }
  const prompt = await createPrompt(emulator, body.prompt);
  const task: Task = {
    id: randomUUID(),
    workspace,
    title: titleOf(body.prompt),
    executor: runnable.name,
    model: body.model ?? null,
    createdAt: new Date(),
    prompts: [],
    session: undefined,
    visibility: 'shared',
    deleted: false,
    queue: Promise.resolve(),
  };
  emulator.closing.signal.throwIfAborted();
  emulator.tasks.set(task.id, task);
  notify(emulator, task, { event: 'task.created', status: 'pending' });
  submit(emulator, task, prompt, runnable);
  return task;
}

/** POST /tasks/:id/prompts: the prompt runs when those before it have ended, in the same folder. */
export async function followUp(emulator: Emulator, task: Task, body: CreatePromptBody): Promise<Prompt> {
  const runnable = await findExecutor(emulator.settings, task.executor);
  await prepare(emulator, task.workspace, { files: body.files ?? [] });
  const prompt = await createPrompt(emulator, body.prompt);
  emulator.closing.signal.throwIfAborted();
  submit(emulator, task, prompt, runnable);
  return prompt;
}

/** Cancels what runs or waits; resolves when the processes are gone. Returns how many prompts that ended. */
export async function cancelTask(task: Task): Promise<number> {
  const live = task.prompts.filter(isLive);
  for (const prompt of live) prompt.stop.abort();
  await task.queue;
  return live.filter((prompt) => prompt.status === 'canceled').length;
}

/** Soft delete: invisible at once; what it ran is stopped, and its folder goes when no other task needs it. */
export function deleteTask(emulator: Emulator, task: Task): void {
  task.deleted = true;
  inBackground(emulator, `delete task ${task.id}`, cleanUp(emulator, task));
}

async function cleanUp(emulator: Emulator, task: Task): Promise<void> {
  await cancelTask(task);
  for (const { folder } of task.prompts) await rm(folder, { recursive: true, force: true });
  const { workspace } = task;
  const needed =
    emulator.computers.has(workspace.id) ||
    [...emulator.tasks.values()].some((other) => other.workspace === workspace && !other.deleted);
  if (!needed) await removeWorkspace(emulator, workspace);
}

/** The task, unless it is missing or deleted. */
export function findTask(emulator: Emulator, id: string): Task {
  const task = emulator.tasks.get(id);
  if (!task || task.deleted) throw new ApiError('not_found', `no task ${id}`);
  return task;
}

function submit(emulator: Emulator, task: Task, prompt: Prompt, runnable: RunnableExecutor): void {
  task.prompts.push(prompt);
  task.queue = task.queue.then(() => runPrompt(emulator, task, prompt, runnable));
  inBackground(emulator, `task ${task.id}`, task.queue);
}

async function workspaceFor(emulator: Emulator, id: string | undefined): Promise<Workspace> {
  if (id === undefined) {
    await provision(emulator);
    return createWorkspace(emulator);
  }
  const computer = emulator.computers.get(id);
  await computer?.provisioned;
  if (computer?.provisionError) {
    throw new ApiError('validation_error', `agent computer ${id} failed to provision: ${computer.provisionError}`);
  }
  const workspace = emulator.workspaces.get(id);
  if (!workspace) throw new ApiError('not_found', `no workspace ${id}`);
  return workspace;
}

/** Takes as long as the settings or a fault say, or fails as the fault says. */
export async function provision(emulator: Emulator): Promise<void> {
  const fault = emulator.faults.take((other): other is ProvisionFault => other.kind === 'provision');
  const ms = fault?.ms ?? emulator.settings.timings.provisionMs;
  if (ms > 0) await delay(ms, undefined, { signal: emulator.closing.signal });
  if (fault?.error !== undefined) throw new ApiError('internal_error', fault.error);
}

function titleOf(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? '';
  return line.length <= TITLE_CHARS ? line : `${line.slice(0, TITLE_CHARS - 1)}…`;
}
