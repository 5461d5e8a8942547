const BLANKS = String.raw`[ \t\v\f]*`;
const MARKS = `:?-+:?${BLANKS}`;
/** As GitHub's parser has it: one column does, and so do rows without a bar. */
const DELIMITERS = new RegExp(String.raw`^${BLANKS}(?:\|${BLANKS})?${MARKS}(?:\|${BLANKS}${MARKS})*(?:\|${BLANKS})?$`);
const BAR = /\\[^]|\|/g;

/** A stretch of a paragraph that is read by itself. */
export interface Part {
  readonly from: number;
  readonly text: string;
  /** It is a row, or a cell of one. */
  readonly inTable: boolean;
  /** Other cells stand on its line. */
  readonly isCell: boolean;
}

/**
 * The cells of a table in a paragraph, and what stands above it; the paragraph itself when there is none. Whether the
 * columns fit is not asked: what could be a row is read as one, for a code span may not reach over two cells.
 */
export function cellsOf(paragraph: string): readonly Part[] {
  const lines = paragraph.split('\n');
  const delimiters = lines.findIndex((line, index) => index > 0 && DELIMITERS.test(line));
  if (delimiters === -1) return [{ from: 0, text: paragraph, inTable: false, isCell: false }];
  const parts: Part[] = [];
  const above = lines.slice(0, delimiters - 1).join('\n');
  if (delimiters > 1) parts.push({ from: 0, text: above, inTable: false, isCell: false });
  let from = delimiters > 1 ? above.length + 1 : 0;
  for (const line of lines.slice(delimiters - 1)) {
    for (const part of cellsOfRow(line)) parts.push({ ...part, from: from + part.from });
    from += line.length + 1;
  }
  return parts;
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
