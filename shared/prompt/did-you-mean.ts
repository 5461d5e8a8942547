import { closestMatch } from 'leven';

/** The candidate that a misspelt word most likely meant, if one is near enough: a third of its letters may be wrong. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const byLowerCase = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const maxDistance = Math.max(1, Math.floor(wanted.length / 3));
  const nearest = closestMatch(wanted, [...byLowerCase.keys()], { maxDistance });
  return nearest === undefined ? undefined : byLowerCase.get(nearest);
}
