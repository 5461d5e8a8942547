import type { RebyteClient, TaskSummary } from '../shared/rebyte/index.ts';

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
}

/**
 * Finds the task whose prompt carries our run reference. Rebyte's list shows no prompt texts, and the endpoint that
 * does is observed, not documented: where it is missing the answer is undefined, never a guess, because attaching to
 * or canceling somebody else's task is worse than not finding one's own.
 */
export async function findOwnTask(client: RebyteClient, sought: Sought): Promise<TaskSummary | undefined> {
  let lookedAt = 0;
  let listed = 0;
  for await (const task of client.tasks.list({ limit: PAGE }, { signal: sought.signal })) {
    listed += 1;
    if (Date.parse(task.createdAt) < sought.since - CLOCK_SKEW_MS || listed > PAGE || lookedAt >= MAX_LOOKED_AT)
      return undefined;
    lookedAt += 1;
    const content = await client.tasks.content(task.id, { signal: sought.signal });
    if (content?.prompts?.some((prompt) => prompt.userPrompt?.includes(sought.runReference))) return task;
  }
  return undefined;
}
