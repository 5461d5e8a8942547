import type { RunRecord } from '../../model/run-record.ts';
import type { WatchedRun } from '../../ports/store.ts';

const MINUTE_MS = 60_000;
/** A run that has not left after so long fails. */
export const MAX_UNSENT_MS = 24 * 60 * MINUTE_MS;
/** A run that has not left by then, and was not tried, lost its job. */
const UNSENT_AFTER_MS = 2 * MINUTE_MS;
/** A job that failed is tried again by its queue, after ten minutes at most. By then it was lost or set aside. */
const UNTRIED_AFTER_MS = 15 * MINUTE_MS;
/** So long a task whose answer got lost is looked for by the job that sent it. */
const DOUBT_AFTER_MS = 15 * MINUTE_MS;
/** Webhooks tell most ends at once: a run is looked after when it is this old, then half its age later, and so on. */
const FIRST_LOOK_MS = MINUTE_MS;
const MAX_INTERVAL_MS = 10 * MINUTE_MS;
/** Of the sweep; looks at the same moment are written down together. */
const ROUND_MS = MINUTE_MS / 2;

/** Nothing is put off for longer. A look that lies further ahead is a mistake, of a clock that was set for example. */
export const LONGEST_WAIT_MS = DOUBT_AFTER_MS;

/** What the moment of the next look depends on. */
export type Watch = Pick<WatchedRun, 'beganAt' | 'askedAt' | 'overdueAt'>;

/**
 * What the sweep has to know of a run. It is overdue from its deadline on, or when we decided to end it; before it runs,
 * from when its own job should have brought it to Rebyte.
 */
export function watch(run: RunRecord): Watch {
  const beganAt = run.submittedAt ?? run.createdAt;
  return { beganAt, askedAt: run.askedAt ?? beganAt, overdueAt: overdueAt(run, beganAt) };
}

function overdueAt(run: RunRecord, beganAt: number): number {
  if (run.state === 'running') return run.stopping === undefined ? (run.deadlineAt ?? Infinity) : 0;
  if (run.submission?.phase === 'sending') return beganAt + DOUBT_AFTER_MS;
  return Math.min(lateAt(run), unsentSince(run) + MAX_UNSENT_MS);
}

/** From when it counts how long a run could not be sent. */
export function unsentSince({ unsentSince: since, createdAt }: RunRecord): number {
  return since ?? createdAt;
}

/** Where every job of a run is set aside, the next one comes ever more seldom. */
function lateAt(run: RunRecord): number {
  const { nextTryAt } = run;
  const since = unsentSince(run);
  if (nextTryAt === undefined) return since + UNSENT_AFTER_MS;
  return nextTryAt + Math.max(UNTRIED_AFTER_MS, (nextTryAt - since) / 2);
}

/** When a run is looked after for the first time after such news. */
export function firstLook(run: RunRecord): number {
  const seen = watch(run);
  return run.state === 'running' ? nextLook({ ...seen, state: run.state }, seen.askedAt) : seen.overdueAt;
}

/** Is there news that decide when the run is looked after? */
export function isNews(before: RunRecord, after: RunRecord): boolean {
  const [old, now] = [watch(before), watch(after)];
  if (before.state !== after.state) return true;
  return old.beganAt !== now.beganAt || old.askedAt !== now.askedAt || old.overdueAt !== now.overdueAt;
}

/** When a run that is looked after at `now` is looked after again: ever more seldom, unless it is running over time. */
export function nextLook({ state, beganAt, overdueAt: over }: Omit<WatchedRun, 'id' | 'owner'>, now: number): number {
  const wait = Math.min(MAX_INTERVAL_MS, Math.max(FIRST_LOOK_MS, (now - beganAt) / 2));
  if (now >= over) return now + (state === 'running' ? FIRST_LOOK_MS : inRounds(wait));
  return now + inRounds(Math.min(wait, Math.max(FIRST_LOOK_MS, over - now)));
}

function inRounds(ms: number): number {
  return Math.ceil(ms / ROUND_MS) * ROUND_MS;
}

/** Must the task itself be asked? A list shows no status, so its word that a task goes on counts only for a while. */
export function mustAsk({ askedAt, overdueAt: over }: Watch, now: number): boolean {
  // A clock that was set back must not silence the question.
  return now >= over || Math.abs(now - askedAt) >= MAX_INTERVAL_MS;
}
