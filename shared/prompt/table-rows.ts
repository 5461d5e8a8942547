import { INTERRUPTION } from './footnotes.ts';
import { headOf } from './line-head.ts';
import type { Count } from './removed.ts';

/** A line of a table, its end not included. */
export interface TableRow {
  readonly from: number;
  readonly to: number;
  /** GitHub shows no more cells than this of the line. */
  readonly columns: number;
  readonly isFirst: boolean;
}

const DELIMITERS = /^[-:| \t\v\f]+$/;
const DELIMITER = /^:?-+:?$/;
/** All that can stand before a row but before the first; a list's mark would end the table, or is a word in a cell. */
const ROW_HEAD = /^[ \t>]*/;
/** With the backslashes before it. */
const PIPE = /(?<!\\)\\*\|/g;
const DOUBTFUL_PIPE = /(?<!\\)(?:\\\\)+\|/g;
const NOTHING_SEEN = /^[|\s]*$/;

/**
 * The rows of what GitHub takes for a table. Its end is doubtful, so that what follows at once may count as rows as well.
 *
 * @param isNested whether lists or footnotes are opened, inside which a line far in may begin a table
 */
export function tableRows(text: string, isNested: boolean): TableRow[] {
  if (!text.includes('|') || !text.includes('-')) return [];
  const rows: TableRow[] = [];
  let columns = 0;
  let header: { readonly line: string; readonly from: number } | undefined;
  let from = 0;
  for (const line of text.split('\n')) {
    const to = from + line.length;
    if (columns > 0 && endsTable(line)) columns = 0;
    else if (columns > 0) rows.push({ from, to, columns, isFirst: false });
    else if (header !== undefined) {
      columns = columnsBelow(header.line, line, isNested);
      if (columns > 0) rows.push({ from: header.from, to: from - 1, columns, isFirst: true });
    }
    header = { line, from };
    from = to + 1;
  }
  return rows;
}

/** Removes the cells of rows beyond their table's columns: GitHub ignores them. GFM 0.29, 4.10. */
export function removeExtraCells(text: string, isNested: boolean, count: Count): string {
  const kept: string[] = [];
  let position = 0;
  for (const { from, to, columns, isFirst } of tableRows(text, isNested)) {
    const row = text.slice(from, to);
    const head = ROW_HEAD.exec(row)?.[0].length ?? 0;
    const end = pipesIn(row).filter((at) => at > head)[columns - 1];
    if (isFirst || end === undefined || NOTHING_SEEN.test(row.slice(end))) continue;
    count('extra_cell', 1);
    kept.push(text.slice(position, from + end + 1));
    position = row.endsWith('\r') ? to - 1 : to;
  }
  kept.push(text.slice(position));
  return kept.join('');
}

function endsTable(line: string): boolean {
  const rest = line.replace(ROW_HEAD, '').trimEnd();
  return rest === '' || INTERRUPTION.test(rest);
}

/** How many columns a table has that begins with these two lines; 0 when none does. */
function columnsBelow(header: string, line: string, isNested: boolean): number {
  if (!/[|:]/.test(line) || !line.includes('-')) return 0;
  const delimiters = line.slice(headOf(line).text.length);
  if (!DELIMITERS.test(delimiters.replace(/\r$/, ''))) return 0;
  const cells = delimiters.trim().replace(/^\|/, '').replace(/\|$/, '').split('|');
  if (!cells.every((cell) => DELIMITER.test(cell.trim()))) return 0;
  const { text, isFarIn } = headOf(header);
  if (!isNested && (isFarIn || headOf(line).isFarIn)) return 0;
  const heads = [text.length, ROW_HEAD.exec(header)?.[0].length ?? 0];
  return heads.some((head) => hasCells(header.trimEnd(), head, cells.length)) ? cells.length : 0;
}

/** Readers differ in whether a pipe is escaped behind two backslashes: either way the cells must be as many. */
function hasCells(row: string, head: number, columns: number): boolean {
  const inner = row.slice(row.charAt(head) === '|' ? head + 1 : head).replace(/\|$/, '');
  const most = pipesIn(inner).length + 1;
  const least = most - (inner.match(DOUBTFUL_PIPE)?.length ?? 0);
  return columns <= most && columns >= least;
}

/** Where in a row, or a part of one, pipes stand that may end a cell. */
export function pipesIn(row: string): number[] {
  if (!row.includes('|')) return [];
  const ends = Array.from(row.matchAll(PIPE), ({ 0: mark, index }) => ({
    isEscaped: mark.length % 2 === 0,
    index: index + mark.length - 1,
  }));
  return ends.filter(({ isEscaped }) => !isEscaped).map(({ index }) => index);
}
