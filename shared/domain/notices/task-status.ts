import type { RunRecord } from '../../model/run-record.ts';
import type { TaskState } from '../../ports/agent.ts';

const ENDS: readonly string[] = ['succeeded', 'completed', 'failed', 'canceled'];

/** Is a task or prompt of this status over? One that this version does not know waits like `running`. */
export function isEnd(status: string): boolean {
  return ENDS.includes(status);
}

/** The status of the run's own prompt; of the task where it lists no such prompt. */
export function statusOfPrompt(task: TaskState, { promptId }: RunRecord): string {
  const own = promptId === undefined ? task.prompts.at(-1) : task.prompts.find(({ id }) => id === promptId);
  return own?.status ?? task.status;
}
