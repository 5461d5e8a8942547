import { isNothingToDo } from '../model/nothing-to-do.ts';
import { statusOf, type SettledReason } from '../model/reason.ts';
import type { RunStatus } from '../model/run.ts';

export interface TaskEnd {
  /** The prompt's last status as Rebyte calls it. */
  readonly status: string;
  readonly result: string;
}

export interface Settlement {
  readonly status: RunStatus;
  readonly reason: SettledReason;
}

/**
 * What a task's end means for its run. Why *we* stopped (a timeout, an interruption) is known to whoever stopped and
 * is not asked here. A status that this version does not know is no success and no failure: the outcome is lost.
 */
export function settleRun(end: TaskEnd): Settlement {
  const reason = reasonOf(end);
  return { status: statusOf(reason), reason };
}

function reasonOf({ status, result }: TaskEnd): SettledReason {
  switch (status) {
    case 'succeeded':
    case 'completed':
      return isNothingToDo(result) ? 'nothing_to_do' : 'completed';
    case 'failed':
      return 'task_failed';
    case 'canceled':
      return 'task_canceled';
    default:
      return 'lost';
  }
}
