import { KEPT_MS, missingAfter, type Missed } from './missed.ts';
import type { Place } from './place.ts';
import type { DeliveryAttempt, MissedDeliveriesPort } from '../../ports/missed-deliveries.ts';

/** Requests of one look; ten thousand attempts are as many as a busy App gets in some hours. */
const MAX_PAGES = 100;
/** What is remembered, so that it fits a note. */
const MAX_MISSED = 2_000;
/** Attempts come into the list when they have ended, so not quite in order. */
const OVERLAP_MS = 15 * 60_000;

/**
 * Reads GitHub's list of attempts from the newest back to where the last look began. A list that is too long for one look
 * is read on in the next, and only then from the newest again.
 *
 * An attempt can have failed and a newer one, which an earlier part of the list had, succeeded: it is asked for once, and
 * known when it comes.
 */
export async function readAttempts(
  port: Pick<MissedDeliveriesPort, 'page'>,
  place: Place | undefined,
  now: number,
): Promise<Place> {
  const horizon = now - KEPT_MS;
  const known = place?.since ?? 0;
  const since = Math.max(known, horizon);
  let nextSince = place?.reading?.nextSince;
  let cursor = place?.reading?.cursor;
  const attempts: DeliveryAttempt[] = [];
  for (let pages = 1; ; pages += 1) {
    const page = await port.page(cursor);
    attempts.push(...page.attempts.filter(({ at, matters }) => matters && at >= since));
    // By GitHub's clock alone: were ours ahead once, what came in between would never be read.
    nextSince ??= Math.max(known, (page.attempts[0]?.at ?? 0) - OVERLAP_MS);
    const { next } = page;
    const isOver = next === undefined || (page.attempts.at(-1)?.at ?? 0) < since;
    if (!isOver && pages < MAX_PAGES) {
      cursor = next;
      continue;
    }
    const young = (place?.missed ?? []).filter(({ at }) => at >= horizon);
    const { missed, cutAt } = cut(missingAfter(young, attempts));
    // What there is no room for is read again.
    nextSince = Math.min(nextSince, cutAt);
    return isOver ? { since: nextSince, missed } : { since: known, reading: { cursor: next, nextSince }, missed };
  }
}

/** The oldest come first: they are the next to be lost. */
function cut(missed: readonly Missed[]): { missed: readonly Missed[]; cutAt: number } {
  return { missed: missed.slice(0, MAX_MISSED), cutAt: missed[MAX_MISSED]?.at ?? Infinity };
}
