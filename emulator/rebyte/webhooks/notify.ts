import type { Emulator } from '../emulator.ts';
import type { Task } from '../records.ts';
import { taskUrl } from '../task-view.ts';

export interface Happening {
  readonly event: 'task.created' | 'task.running' | 'task.completed' | 'task.failed' | 'task.canceled';
  readonly status: string;
  /** The final text; only with the three endings. */
  readonly result?: string;
}

/** Tells the webhooks of a happening. A deleted task's ending is nobody's business any more. */
export function notify(emulator: Emulator, task: Task, { event, status, result }: Happening): void {
  if (task.deleted) return;
  emulator.webhooks.send({
    event,
    taskId: task.id,
    timestamp: Math.floor(Date.now() / 1000),
    data: { status, taskUrl: taskUrl(emulator, task), ...(result === undefined ? {} : { result }) },
  });
}
