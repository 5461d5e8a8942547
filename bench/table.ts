import { median } from './numbers.ts';
import type { Row } from './measure.ts';

const HEAD = ['', 'median', 'min', 'max', 'n', 'budget', ''];

/** A table for the terminal, columns aligned; then the details of each row that has some. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const aligned = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const details = rows.flatMap(({ name, details: each = [] }) =>
    each.length === 0 ? [] : [`${name.trim()}:`, ...each.map((line) => `  ${line}`)],
  );
  return [...aligned, ...(details.length === 0 ? [] : ['', ...details])]
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

function cells({ name, unit, samples, budget }: Row): string[] {
  const typical = median(samples);
  const several = samples.length > 1;
  const shown = (value: number): string =>
    Number.isNaN(value) ? '–' : `${value.toFixed(digits(value, unit))} ${unit}`;
  return [
    name,
    shown(typical),
    several ? shown(Math.min(...samples)) : '',
    several ? shown(Math.max(...samples)) : '',
    several ? String(samples.length) : '',
    budget === undefined ? '' : `≤ ${budget}`,
    budget === undefined || Number.isNaN(typical) ? '' : typical <= budget ? 'ok' : 'OVER',
  ];
}

function digits(value: number, unit: Row['unit']): number {
  if (unit === 'requests' || unit === '/s' || unit === 'min') return 0;
  if (unit === 'KB') return value < 10 ? 1 : 0;
  if (unit === 'x') return 2;
  return value < 100 ? 1 : 0;
}
