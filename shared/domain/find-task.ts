import { ownComments } from './own-comments.ts';
import type { Thread } from '../model/thread.ts';
import type { ThreadsPort } from '../ports/forge.ts';

export interface TaskSearch {
  readonly thread: Thread;
  readonly secret: string;
  /** Only the task of this run: for a re-run that wants to attach. Default: the thread's last task, for a follow-up. */
  readonly runReference?: string;
  /** Only tasks reported under this comment key. Default: any. */
  readonly key?: string;
}

/** The id of the last task that our own comments in the thread name, if any. */
export async function findLastTask(threads: ThreadsPort, search: TaskSearch): Promise<string | undefined> {
  const { thread, secret, runReference, key } = search;
  let last: { id: number; taskId: string } | undefined;
  for await (const { comment, payload } of ownComments(threads, thread, secret)) {
    if (payload.taskId === undefined) continue;
    if (runReference !== undefined && payload.runReference !== runReference) continue;
    if (key !== undefined && payload.key !== key) continue;
    if (last === undefined || comment.id > last.id) last = { id: comment.id, taskId: payload.taskId };
  }
  return last?.taskId;
}
