/** A mark that opens a quote, an item of a list or a footnote. */
const MARK = String.raw`>|[-+*](?=\s|$)|\d{1,9}[.)](?=\s|$)|\[\^[^\] \t\r\n]+\]:`;
/** What may stand before a block in its line: marks of quotes, lists and footnotes, and blanks. A part of patterns. */
export const LINE_HEAD = `(?:[ \\t]|${MARK})*`;

const HEAD = new RegExp(`^${LINE_HEAD}`);
const MARKS = new RegExp(MARK, 'g');
const NESTING = new RegExp(`^ {0,3}(?:>[ \\t]*)*(?!>)(?:${MARK})`, 'm');
const FOOTNOTE_COLUMNS = 4;
const TAB_COLUMNS = 4;
/** With more blanks before it, text is code, or a paragraph's next line. */
const MAX_INDENT = 3;

export interface LineHead {
  readonly text: string;
  /** Where the line goes on behind it; the first column is 0. */
  readonly column: number;
  /** A later line that begins further left than this is not in the same quote, item or footnote. */
  readonly least: number;
  /** Whether what follows stands so far in that it begins no block, unless a list or a footnote was opened in a line before. */
  readonly isFarIn: boolean;
}

const NONE: LineHead = { text: '', column: 0, least: 0, isFarIn: false };

/** Reads the head of a line of Markdown; `>` of a quote counts as a column. */
export function headOf(line: string): LineHead {
  const text = HEAD.exec(line)?.[0] ?? '';
  if (text === '') return NONE;
  let least = 0;
  let marked = 0;
  for (const { 0: mark, index } of text.matchAll(MARKS)) {
    least += mark === '>' ? 1 : mark.startsWith('[') ? FOOTNOTE_COLUMNS : mark.length + 1;
    marked = index + mark.length;
  }
  const column = columnsOf(text);
  const inside = marked === 0 ? 0 : columnsOf(text.slice(0, marked)) + 1;
  return { text, column, least, isFarIn: column > inside + MAX_INDENT };
}

/** Whether lists or footnotes are opened anywhere, inside which an indented line is no code. */
export function hasNesting(text: string): boolean {
  return NESTING.test(text);
}

function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character === '\t' ? TAB_COLUMNS - (columns % TAB_COLUMNS) : 1;
  return columns;
}
