import { inlineCode } from './inline.ts';
import { neutralize, type NeutralizeOptions } from './neutralize.ts';

/**
 * Stands before the line while it is read, so that nothing at its start opens a block: a fence, an item, code by its
 * indentation. To programs that look for commands, the second of the two ends a line.
 */
const LEAD = 'x\u2028';

/**
 * Somebody else's words as one inert line, for a place behind our own: in a sentence, an item of a list, a cell of a table.
 * What cannot be made inert is shown as code, cut as {@link inlineCode} cuts.
 */
export function inertLine(words: string, options: NeutralizeOptions = {}): string {
  const line = words.replace(/\s+/g, ' ').trim();
  // At the start of an item a tag would begin a block of HTML, in which nothing is code.
  const inert = neutralize(`${LEAD}${line}`, { ...options, showsTags: true });
  return inert.startsWith(LEAD) ? inert.slice(LEAD.length).replace(/\s+/g, ' ').trim() : inlineCode(line);
}
