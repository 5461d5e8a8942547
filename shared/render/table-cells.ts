const BLANKS = String.raw`[ \t\v\f]*`;
const MARKS = `:?-+:?${BLANKS}`;
/** As GitHub's parser has it: one column does, and so do rows without a bar. */
const DELIMITERS = new RegExp(String.raw`^${BLANKS}(?:\|${BLANKS})?${MARKS}(?:\|${BLANKS}${MARKS})*(?:\|${BLANKS})?$`);
const BAR = /\\[^]|\|/g;
const ONLY_BLANKS = /^[ \t\v\f]*$/;
/** A line that is further in is code, or nothing but text. */
const CODE_INDENT = 4;

/** A stretch of a paragraph that is read by itself. */
export interface Part {
  readonly from: number;
  readonly text: string;
  /** It is a row, or a cell of one. */
  readonly inTable: boolean;
  /** Other cells stand on its line. */
  readonly isCell: boolean;
}

/** What a paragraph is made of. */
export interface Parts {
  readonly parts: readonly Part[];
  /** Offsets at which a backslash makes text of what not every parser takes for the second line of a table. */
  readonly escapes: readonly number[];
}

/**
 * The cells of a table in a paragraph, and what stands above it; the paragraph itself when there is none. A code span, a
 * link or a tag may not reach over two cells, but it may over the same words in a paragraph: so what is a table to one
 * parser and none to another is made none.
 *
 * @param column where the paragraph begins in its line, when it stands in an item, a quote or a footnote; else 0. A line
 *   that begins before it belongs to those without saying so, as no line of a table can.
 */
export function cellsOf(paragraph: string, column: number): Parts {
  const lines = paragraph.split('\n');
  const lastOutside = lines.findLastIndex((line, index) => index > 0 && indentOf(line) < column);
  const escapes: number[] = [];
  let from = 0;
  for (const [index, line] of lines.entries()) {
    if (index > 0 && DELIMITERS.test(line)) {
      const head = lines[index - 1] ?? '';
      const isWithin = lastOutside < index - 1 && indentOf(line) < column + CODE_INDENT && !/^[ \v\f]*\t/.test(line);
      if (isWithin && columns(head) === columns(line)) {
        const start = from - head.length - 1;
        return { parts: [...above(paragraph, start), ...cellsOfRows(lines.slice(index - 1), start)], escapes };
      }
      const bar = line.search(/[|:]/);
      escapes.push(from + (bar === -1 ? line.indexOf('-') : bar));
    }
    from += line.length + 1;
  }
  return { parts: [{ from: 0, text: paragraph, inTable: false, isCell: false }], escapes };
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** As GitHub counts them: a bar at either end begins or ends no cell of its own. */
function columns(row: string): number {
  const bars = Array.from(row.matchAll(BAR)).filter(([bar]) => bar === '|');
  const [first, last] = [bars[0]?.index ?? 0, bars.at(-1)?.index ?? 0];
  const begins = bars.length > 0 && ONLY_BLANKS.test(row.slice(0, first));
  const ends = bars.length > Number(begins) && ONLY_BLANKS.test(row.slice(last + 1));
  return bars.length + 1 - Number(begins) - Number(ends);
}

function above(paragraph: string, head: number): Part[] {
  return head === 0 ? [] : [{ from: 0, text: paragraph.slice(0, head - 1), inTable: false, isCell: false }];
}

function cellsOfRows(lines: readonly string[], head: number): Part[] {
  let from = head;
  return lines.flatMap((line) => {
    const cells = cellsOfRow(line).map((part) => ({ ...part, from: from + part.from }));
    from += line.length + 1;
    return cells;
  });
}

function cellsOfRow(line: string): Part[] {
  const bars = Array.from(line.matchAll(BAR)).filter(([bar]) => bar === '|');
  const ends = [...bars.map(({ index }) => index), line.length];
  const isCell = bars.length > 0;
  return ends.map((end, index) => {
    const from = index === 0 ? 0 : (ends[index - 1] ?? 0) + 1;
    return { from, text: line.slice(from, end), inTable: true, isCell };
  });
}
