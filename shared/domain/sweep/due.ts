import type { RunRecord } from '../../model/run-record.ts';

const MINUTE_MS = 60_000;
/** Webhooks tell most ends at once: a run is looked after when it is this old, then half its age later, and so on. */
const FIRST_LOOK_MS = MINUTE_MS;
const MAX_INTERVAL_MS = 10 * MINUTE_MS;

/** What it takes to know when a running run is looked after: of ten thousand it fits in memory, of their whole records not. */
export type Watched = Pick<
  RunRecord,
  'id' | 'taskId' | 'createdAt' | 'submittedAt' | 'deadlineAt' | 'checkedAt' | 'askedAt' | 'stopping'
>;

export function watched(run: RunRecord): Watched {
  const { id, taskId, createdAt, submittedAt, deadlineAt, checkedAt, askedAt, stopping } = run;
  return {
    id,
    createdAt,
    ...(taskId !== undefined && { taskId }),
    ...(submittedAt !== undefined && { submittedAt }),
    ...(deadlineAt !== undefined && { deadlineAt }),
    ...(checkedAt !== undefined && { checkedAt }),
    ...(askedAt !== undefined && { askedAt }),
    ...(stopping !== undefined && { stopping }),
  };
}

/** When the run was last looked after, or began to be worth it; in milliseconds since the epoch. */
export function lastLook({ checkedAt, submittedAt, createdAt }: Watched): number {
  return checkedAt ?? submittedAt ?? createdAt;
}

/**
 * Is it time to look after a running run again?
 *
 * @param missedUntil webhooks from before this moment may be lost: whatever was not looked at since then is due.
 */
export function isDue(run: Watched, now: number, missedUntil: number): boolean {
  // A clock that jumped back must not put a look off for ever.
  const since = Math.max(0, now - lastLook(run));
  if (lastLook(run) < missedUntil || lastLook(run) > now + MAX_INTERVAL_MS) return true;
  if (run.stopping !== undefined || now >= (run.deadlineAt ?? Infinity)) return since >= FIRST_LOOK_MS;
  const age = lastLook(run) - (run.submittedAt ?? run.createdAt);
  return since >= Math.min(MAX_INTERVAL_MS, Math.max(FIRST_LOOK_MS, age / 2));
}

/** Must the task itself be asked? A list shows no status, so its word that a task goes on counts only for a while. */
export function mustAsk(run: Watched, now: number): boolean {
  if (run.stopping !== undefined || now >= (run.deadlineAt ?? Infinity)) return true;
  return now - (run.askedAt ?? run.submittedAt ?? run.createdAt) >= MAX_INTERVAL_MS;
}
