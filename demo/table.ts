import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const GAP = '  ';
const MIN_COLUMN = 6;

export interface TableLook {
  /** Columns of the terminal. */
  readonly width: number;
  /** How the first row looks; a first row of blanks is left out. */
  readonly header: (text: string) => string;
}

/** Rows as lines; cells of columns that do not fit are wrapped. */
export function renderTable(rows: readonly (readonly string[])[], { width, header }: TableLook): readonly string[] {
  const widths = fit(rows, width);
  return rows.flatMap((row, index) => {
    if (index === 0 && row.every((cell) => cell.trim() === '')) return [];
    return renderRow(index === 0 ? row.map(header) : row, widths);
  });
}

/** The natural widths, the widest narrowed until all fit. */
function fit(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const room = width - GAP.length * (columns - 1);
  for (let excess = widths.reduce((sum, one) => sum + one, 0) - room; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= MIN_COLUMN) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function renderRow(cells: readonly string[], widths: readonly number[]): readonly string[] {
  const wrapped = widths.map((width, column) => wrapAnsi(cells[column] ?? '', width, { hard: true }).split('\n'));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    wrapped
      .map((lines, column) => pad(lines[row] ?? '', widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
