import type { RebyteClient } from '../../shared/rebyte/index.ts';

/** How far back and how deep to look: one page of the list, and the texts of at most this many tasks. */
const PAGE = 50;
const MAX_LOOKED_AT = 20;
/** Rebyte's clock and the runner's may differ. */
const CLOCK_SKEW_MS = 10 * 60_000;

export interface Sought {
  readonly runReference: string;
  /** Milliseconds since the epoch; tasks made before it (less a clock's error) are not ours. */
  readonly since: number;
  readonly signal: AbortSignal;
  /** For looking again and again: the tasks that were read and are not ours. Filled here, and not read again. */
  readonly others?: Set<string>;
}

/** A task with a prompt of ours. */
export interface OwnTask {
  readonly taskId: string;
  readonly taskUrl: string;
}

/** `unsearchable`: Rebyte shows no prompt texts, so that no further look will tell either. */
export type Search<T> = T | 'none' | 'unsearchable';

/**
 * Finds the task whose prompt carries our run reference. Rebyte's list shows no prompt texts, and the endpoint that
 * does is observed, not documented: where it is missing the answer is no task, never a guess, because attaching to
 * or canceling somebody else's task is worse than not finding one's own.
 */
export async function findOwnTask(client: RebyteClient, sought: Sought): Promise<Search<OwnTask>> {
  const { since, signal, others = new Set() } = sought;
  let listed = 0;
  let lookedAt = 0;
  let unreadable = 0;
  for await (const task of client.tasks.list({ limit: PAGE }, { signal })) {
    listed += 1;
    if (Date.parse(task.createdAt) < since - CLOCK_SKEW_MS || listed > PAGE || lookedAt >= MAX_LOOKED_AT) break;
    if (others.has(task.id)) continue;
    lookedAt += 1;
    const own = await findOwnPrompt(client, task.id, sought);
    if (typeof own === 'object') return { taskId: task.id, taskUrl: task.url };
    if (own === 'unsearchable') unreadable += 1;
    else others.add(task.id);
  }
  return unreadable > 0 && unreadable === lookedAt ? 'unsearchable' : 'none';
}

/** The prompt of one task that carries our run reference; the newest, should there be several. */
export async function findOwnPrompt(
  client: RebyteClient,
  taskId: string,
  { runReference, signal }: Pick<Sought, 'runReference' | 'signal'>,
): Promise<Search<{ readonly promptId: string }>> {
  const content = await client.tasks.content(taskId, { signal });
  if (content === undefined) return 'unsearchable';
  const own = content.prompts?.find((prompt) => prompt.userPrompt?.includes(runReference));
  return own === undefined ? 'none' : { promptId: own.id ?? '' };
}
