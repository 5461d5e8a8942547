import type { RebyteClient, TaskSummary } from '../../shared/rebyte/index.ts';

export interface Sought {
  /** Stands in the prompt of the task that is looked for, and in no other. */
  readonly reference: string;
  /** Milliseconds since the epoch; older tasks, less a clock's error, are not meant. */
  readonly since: number;
}

/** How deep to look: one page of the list, and the prompts of at most this many tasks. */
const PAGE = 50;
const MAX_LOOKED_AT = 20;
const CLOCK_SKEW_MS = 10 * 60_000;

/**
 * The list shows no prompts, and the endpoint that does is observed, not documented: without it the answer is undefined,
 * never a guess, because adopting somebody else's task is worse than losing one's own.
 */
export async function findByReference(client: RebyteClient, sought: Sought): Promise<TaskSummary | undefined> {
  let lookedAt = 0;
  for await (const task of client.tasks.list({ limit: PAGE })) {
    if (Date.parse(task.createdAt) < sought.since - CLOCK_SKEW_MS || lookedAt === MAX_LOOKED_AT) return undefined;
    lookedAt += 1;
    const content = await client.tasks.content(task.id);
    if (content?.prompts?.some(({ userPrompt }) => userPrompt?.includes(sought.reference))) return task;
  }
  return undefined;
}
