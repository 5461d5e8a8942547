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

export interface CommentedTask {
  readonly taskId: string;
  readonly workspaceId?: string;
}

/** The last task that our own comments in the thread name, if any. */
export async function findLastTask(threads: ThreadsPort, search: TaskSearch): Promise<CommentedTask | undefined> {
  const { thread, secret, runReference, key } = search;
  let last: { id: number; task: CommentedTask } | undefined;
  for await (const { comment, payload } of ownComments(threads, thread, secret)) {
    const { taskId, workspaceId } = payload;
    if (taskId === undefined) continue;
    if (runReference !== undefined && payload.runReference !== runReference) continue;
    if (key !== undefined && payload.key !== key) continue;
    if (last !== undefined && comment.id < last.id) continue;
    last = { id: comment.id, task: { taskId, ...(workspaceId !== undefined && { workspaceId }) } };
  }
  return last?.task;
}
