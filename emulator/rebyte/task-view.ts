// Records as the API shows them.
import type { Emulator } from './emulator.ts';
import { type AgentComputer, isLive, type Prompt, type Task } from './records.ts';

/** Where a person can look at the task; a page of the emulator's own. */
export function taskUrl(emulator: Emulator, task: Task): string {
  return `${emulator.origin}/run/${task.id}`;
}

/** `running` while any prompt is live, else as the latest prompt ended (API, "GET /tasks/:id"). */
export function taskStatus(task: Task): string {
  if (task.prompts.some(isLive)) return 'running';
  const latest = task.prompts.at(-1)?.status ?? 'running';
  return latest === 'succeeded' ? 'completed' : latest;
}

function completedAt(task: Task): string | null {
  return task.prompts.some(isLive) ? null : (task.prompts.at(-1)?.completedAt?.toISOString() ?? null);
}

export function taskSummary(emulator: Emulator, task: Task): object {
  return {
    id: task.id,
    url: taskUrl(emulator, task),
    title: task.title,
    executor: task.executor,
    model: task.model,
    createdAt: task.createdAt.toISOString(),
    completedAt: completedAt(task),
  };
}

export function taskView(emulator: Emulator, task: Task): object {
  return {
    ...taskSummary(emulator, task),
    status: taskStatus(task),
    prompts: task.prompts.map(promptView).toReversed(),
  };
}

function promptView(prompt: Prompt): object {
  return {
    id: prompt.id,
    status: prompt.status,
    submittedAt: offsetTimestamp(prompt.submittedAt),
    completedAt: prompt.completedAt && offsetTimestamp(prompt.completedAt),
  };
}

/** The API writes times in two forms, and a client has to read both. */
function offsetTimestamp(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00');
}

export function computerView(emulator: Emulator, computer: AgentComputer): object {
  return {
    id: computer.id,
    name: computer.name,
    status: computer.status,
    sandboxId: computer.status === 'ready' ? `local-${computer.id.slice(0, 8)}` : null,
    icon: computer.icon,
    url: `${emulator.origin}/agent/computer/${computer.id}`,
    provisionError: computer.provisionError,
    createdAt: computer.createdAt.toISOString(),
    updatedAt: computer.updatedAt.toISOString(),
  };
}
