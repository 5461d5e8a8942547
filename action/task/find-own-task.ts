import type { RebyteClient, Search } from '../../shared/rebyte/index.ts';

export type { Search } from '../../shared/rebyte/index.ts';

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

/** Finds the task whose prompt carries our run reference; never a guess. */
export async function findOwnTask(client: RebyteClient, sought: Sought): Promise<Search<OwnTask>> {
  const { runReference: text, since, others, signal } = sought;
  const found = await client.tasks.findByPrompt({ text, since, others }, { signal });
  return typeof found === 'object' ? { taskId: found.id, taskUrl: found.url } : found;
}

/** The prompt of one task that carries our run reference; the newest, should there be several. */
export async function findOwnPrompt(
  client: RebyteClient,
  taskId: string,
  { runReference, signal }: Pick<Sought, 'runReference' | 'signal'>,
): Promise<Search<{ readonly promptId: string }>> {
  return await client.tasks.findPrompt(taskId, runReference, { signal });
}
