import type { MarkerSecret } from './marker.ts';
import { ownComments } from './own-comments.ts';
import type { Thread } from '../model/thread.ts';
import type { ThreadsPort } from '../ports/forge.ts';

export interface TaskSearch {
  readonly thread: Thread;
  readonly secret: MarkerSecret;
  /** Only the task of this run: for a re-run that wants to attach. Default: the thread's last task, for a follow-up. */
  readonly runReference?: string;
  /** Only tasks reported under this comment key. Default: any. */
  readonly key?: string;
  /** Which other keys count when no task was reported under `key`. Default: none. */
  readonly elseKeys?: (key: string) => boolean;
}

export interface CommentedTask {
  readonly taskId: string;
  readonly workspaceId?: string;
}

/** The last task that our own comments in the thread name, if any. */
export async function findLastTask(threads: ThreadsPort, search: TaskSearch): Promise<CommentedTask | undefined> {
  const { thread, secret, runReference, key, elseKeys } = search;
  let last: Found | undefined;
  let otherwise: Found | undefined;
  for await (const { comment, payload } of ownComments(threads, thread, secret)) {
    const { taskId, workspaceId } = payload;
    if (taskId === undefined) continue;
    if (runReference !== undefined && payload.runReference !== runReference) continue;
    const found = { id: comment.id, task: { taskId, ...(workspaceId !== undefined && { workspaceId }) } };
    if (key === undefined || payload.key === key) last = later(last, found);
    else if (elseKeys?.(payload.key) === true) otherwise = later(otherwise, found);
  }
  return (last ?? otherwise)?.task;
}

interface Found {
  readonly id: number;
  readonly task: CommentedTask;
}

function later(one: Found | undefined, other: Found): Found {
  return one === undefined || other.id >= one.id ? other : one;
}
