import type { Edit } from './edits.ts';

const MARKS = /(?<=^|\n)[ \t]*(?:(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))[ \t]*)+/g;
const TAB_STOP = 4;

/** A stretch of a text, by offsets; `to` is exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The tabs behind marks of quotes and lists as the blanks that they stand for: parsers count them differently.
 * https://spec.commonmark.org/0.31.2/#tabs
 *
 * @param code what is left as it is, in order
 */
export function tabEdits(text: string, code: readonly Stretch[]): Edit[] {
  const edits: Edit[] = [];
  if (!text.includes('\t')) return edits;
  let at = 0;
  for (const { index: from, 0: marks } of text.matchAll(MARKS)) {
    if (!marks.trimStart().includes('\t')) continue;
    while ((code[at]?.to ?? Infinity) <= from) at++;
    if ((code[at]?.from ?? Infinity) < from) continue;
    edits.push({ from, to: from + marks.length, insert: expand(marks) });
  }
  return edits;
}

const LIST_MARK = /(?<=^|\n)[ \t]*(?:\d{1,9}(?=[.)](?:[ \t\n]|$))|(?=[-+*](?:[ \t\n]|$)))/g;

/**
 * What looks like the mark of a list in a paragraph's lines, as the text it is. To GitHub some of these begin a list: in a
 * table, and in lines that belong to a quote or an item without saying so.
 *
 * @param from offset of the paragraph
 */
export function listMarkEdits(paragraph: string, from: number): Edit[] {
  return Array.from(paragraph.matchAll(LIST_MARK), ({ index, 0: before }) => {
    const at = from + index + before.length;
    return { from: at, to: at, insert: '\\' };
  });
}

const EMPTY_REST = /[ \t]*\n/y;
const LINE_OF_BLANKS = /((?:[ \t]*>)*)[ \t]+(?=\n|$)/y;

/**
 * An item whose first line holds nothing but its mark, as one whose text begins there: an empty line behind the next one
 * ends it for one parser, and not for the other. So does a line of blanks, which becomes an empty one.
 *
 * @param end offset behind the mark
 */
export function emptyItemEdits(text: string, end: number): Edit[] {
  EMPTY_REST.lastIndex = end;
  const rest = EMPTY_REST.exec(text)?.[0];
  if (rest === undefined) return [];
  const marks = text.slice(text.lastIndexOf('\n', end - 1) + 1, end);
  const next = end + rest.length;
  LINE_OF_BLANKS.lastIndex = next;
  const blanks = LINE_OF_BLANKS.exec(text);
  if (blanks !== null) return [{ from: next, to: next + blanks[0].length, insert: blanks[1] ?? '' }];
  const indent = text.slice(next, next + marks.length + 1);
  const isSameQuote = indent.replaceAll(/[^>]/g, '') === marks.replaceAll(/[^>]/g, '');
  const continues = indent.length > marks.length && /^[ >]*$/.test(indent) && isSameQuote;
  return continues ? [{ from: end, to: next + indent.length, insert: ' ' }] : [];
}

function expand(marks: string): string {
  let line = '';
  for (const mark of marks) line += mark === '\t' ? ' '.repeat(TAB_STOP - (line.length % TAB_STOP)) : mark;
  return line;
}
