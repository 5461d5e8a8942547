import { stripVTControlCharacters } from 'node:util';
import type { ActionResult } from '../emulator/runner/index.ts';
import { renderMarkdown, type Page } from './markdown.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

/** Fewer equal lines than this are shown twice. */
const FOLDED_FROM_LINES = 6;

/** The comment as GitHub's page shows it. */
export function showComment(screen: Screen, body: string): void {
  screen.quote(renderMarkdown(body, pageOf(screen, 'folded')));
}

/** The job summary with its receipt; what it has in common with the comment above it is not shown again. */
export function showSummary(screen: Screen, summary: string, comment: string): void {
  const lines = renderMarkdown(summary, pageOf(screen, 'open'));
  const above = renderMarkdown(comment, pageOf(screen, 'folded'));
  // The first lines are the headlines, which differ.
  const differs = lines.findIndex((line, index) => index > 0 && line !== above[index]);
  const same = (differs < 0 ? lines.length : differs) - 1;
  if (same < FOLDED_FROM_LINES) return screen.quote(lines);
  const folded = screen.colors.dim(`⋮ ${same} lines as in the comment above`);
  screen.quote([...lines.slice(0, 1), folded, ...lines.slice(1 + same)]);
}

/** What later steps get, but for what is empty. */
export function showOutputs(screen: Screen, outputs: ActionResult['outputs']): void {
  const { dim } = screen.colors;
  const rows = Object.entries(outputs)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [dim(name), oneLine(value)]);
  screen.quote(renderTable(rows, { width: screen.textWidth(), header: (text) => text }));
}

export function showTimes(screen: Screen, times: readonly (readonly [part: string, ms: number])[]): void {
  const rows = times.map(([part, ms]) => [screen.colors.dim(part), `${(ms / 1000).toFixed(1)} s`]);
  screen.quote(renderTable(rows, { width: screen.textWidth(), header: (text) => text }));
}

/** The first line of a comment. */
export function headlineOf(screen: Screen, comment: string): string {
  return renderMarkdown(comment, pageOf(screen, 'folded'))[0] ?? '';
}

function oneLine(value: string): string {
  const [first = '', ...rest] = stripVTControlCharacters(value).split('\n');
  return rest.length === 0 ? first : `${first} … (${rest.length + 1} lines)`;
}

function pageOf(screen: Screen, details: Page['details']): Page {
  return { width: screen.textWidth(), colors: screen.colors, details };
}
