import { removeBoundary } from './boundary-mark.ts';
import { removeInvisible } from './invisible.ts';
import type { CleanText } from './clean-untrusted.ts';
import type { Count, Removed, RemovedKind } from './removed.ts';

/**
 * Cleans the title of an issue or a pull request by a stranger. GitHub shows it in one line, as it is written: neither
 * HTML nor links nor fences are anything in it, so that only invisible characters and our boundary go, and all of it has
 * to be apart from the Markdown below it. Cleaning a clean title changes nothing.
 */
export function cleanTitle(title: string): CleanText {
  const counts = new Map<RemovedKind, number>();
  const count: Count = (kind, more) => {
    if (more > 0) counts.set(kind, (counts.get(kind) ?? 0) + more);
  };
  const seen = removeInvisible(title);
  count('invisible_character', seen.invisible);
  count('bidi_control', seen.bidi);
  const text = removeBoundary(seen.text, count).replace(/\s+/g, ' ').trim();
  return { text, removed: Array.from(counts, ([kind, number]): Removed => ({ kind, count: number })) };
}
