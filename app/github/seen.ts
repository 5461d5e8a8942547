import { z } from 'zod';
import { openingHash } from '../../shared/domain/prompting/since-command.ts';
import { COMMIT_ID } from '../../shared/model/commit-id.ts';
import type { Trigger } from '../../shared/model/trigger.ts';
import { text } from './payload.ts';

// What is missing or strange here costs a comparison later on, never the command.

export const commitId = z.string().regex(COMMIT_ID).optional().catch(undefined);

/** As milliseconds since the epoch. */
export const time = z.iso
  .datetime({ offset: true })
  .transform((given) => Date.parse(given))
  .optional()
  .catch(undefined);

/** What a thread shows of itself: an issue has no head. */
export const opening = z.object({
  title: z.string().optional().catch(undefined),
  body: text.catch(''),
  head: z.object({ sha: commitId }).optional().catch(undefined),
});

interface Seen {
  readonly at: number | undefined;
  readonly thread: z.infer<typeof opening>;
  /** Where the delivery names another commit than the head. */
  readonly headSha?: string | undefined;
}

/** The part of a trigger that says what its sender saw, and when. */
export function seenOf({ at, thread, headSha = thread.head?.sha }: Seen) {
  const { title, body } = thread;
  return {
    ...(headSha !== undefined && { headSha }),
    ...(title !== undefined && { openingSha256: openingHash(title, body) }),
    ...(at !== undefined && { happenedAt: at }),
  } satisfies Partial<Trigger>;
}
