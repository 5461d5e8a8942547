import leven from 'leven';

/** Shorter names have too many neighbours in plain English: `six`, `shape`, `helps`. */
const MIN_CHARS = 6;

/**
 * Whether `word` is hardly anything but a slip of the finger for `name`, in any case: two letters changed places, or one
 * letter inside a long name is wrong, missing or too many.
 */
export function isSlip(word: string, name: string): boolean {
  const [written, meant] = [word.toLowerCase(), name.toLowerCase()];
  if (Math.abs(written.length - meant.length) > 1) return false;
  const distance = leven(written, meant);
  if (distance === 2) return sortedLetters(written) === sortedLetters(meant);
  const sameEnds = written[0] === meant[0] && written.at(-1) === meant.at(-1);
  return distance === 1 && sameEnds && meant.length >= MIN_CHARS;
}

function sortedLetters(word: string): string {
  return Array.from(word).sort().join('');
}
