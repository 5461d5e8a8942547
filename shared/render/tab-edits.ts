import type { Edit } from './edits.ts';

const MARKS = /(?<=^|\n)[ \t]*(?:(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))[ \t]*)+/g;
const TAB_BEHIND_QUOTE = />[^\n]*\t/;
const TAB_STOP = 4;

/** A stretch of a text, by offsets; `to` is exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The tabs behind marks of quotes as the blanks that they stand for: parsers count the first of these differently.
 * https://spec.commonmark.org/0.31.2/#tabs
 *
 * @param code what is left as it is, in order
 */
export function tabEdits(text: string, code: readonly Stretch[]): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  for (const { index: from, 0: marks } of text.matchAll(MARKS)) {
    if (!TAB_BEHIND_QUOTE.test(marks)) continue;
    while ((code[at]?.to ?? Infinity) <= from) at++;
    if ((code[at]?.from ?? Infinity) < from) continue;
    edits.push({ from, to: from + marks.length, insert: expand(marks) });
  }
  return edits;
}

function expand(marks: string): string {
  let line = '';
  for (const mark of marks) line += mark === '\t' ? ' '.repeat(TAB_STOP - (line.length % TAB_STOP)) : mark;
  return line;
}
