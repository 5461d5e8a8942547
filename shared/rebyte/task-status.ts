import type { Task } from './contract.ts';

/** How a prompt can end; others may come. */
export type FinalStatus = 'succeeded' | 'failed' | 'canceled';

const FINAL: Readonly<Record<string, FinalStatus>> = {
  succeeded: 'succeeded',
  // A task says `completed` where its prompt says `succeeded`.
  completed: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
  cancelled: 'canceled',
};

/** The ending that a task's or prompt's status means; undefined while it goes on. Unknown statuses wait like `running`. */
export function finalStatus(status: string): FinalStatus | undefined {
  return Object.hasOwn(FINAL, status) ? FINAL[status] : undefined;
}

/** How the prompt ended, or the task when no prompt is named; undefined while it goes on or is not listed yet. */
export function endingOf(task: Task, promptId: string | undefined): FinalStatus | undefined {
  if (promptId === undefined) return finalStatus(task.status);
  const prompt = task.prompts.find((each) => each.id === promptId);
  return prompt === undefined ? undefined : finalStatus(prompt.status);
}
