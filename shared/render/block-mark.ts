/**
 * One mark of a quote, a list or a footnote, as a regular expression's source. Each opens a block in the one before it, and
 * the block parser pays for each that is open at every further one: who reads hostile text counts them first.
 */
export const BLOCK_MARK = String.raw`(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])|\[\^[^\]\s]+\]:)`;
