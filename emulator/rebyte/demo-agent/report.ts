import type { Arrival } from './arrive.ts';
import type { Survey, SurveyedFile } from './survey.ts';

const SHOWN = 10;
const SHOWN_CHANGES = 50;

export interface Checkout {
  /** `sha subject`, when the folder is a repository. */
  readonly head: string | undefined;
  readonly arrival: Arrival | undefined;
}

/** The survey as short Markdown. */
export function renderReport(survey: Survey, { head, arrival }: Checkout): string {
  const lines = survey.files.reduce((sum, file) => sum + file.lines, 0);
  return [
    '## Survey by the demo agent',
    '> This is Rebyte on localhost. The demo agent counted and grepped; no model has read this code.',
    `${survey.files.length} files, ${lines} lines.${head === undefined ? '' : ` HEAD is \`${head}\`.`}`,
    arrival && arrivalSection(arrival),
    section(
      'Lines by language',
      languages(survey.files).map(([name, count]) => `${name}: ${count}`),
    ),
    section(
      'Largest files',
      largest(survey.files).map(({ path, bytes }) => `\`${path}\` (${bytes} bytes)`),
    ),
    section(
      'TODO and FIXME',
      cut(
        survey.notes.map(({ path, line, text }) => `\`${path}:${line}\` ${text}`),
        SHOWN,
      ),
    ),
    section('README', readmeLines(survey.missingSections)),
    section(
      'Files that do not parse',
      survey.broken.map(({ path, reason }) => `\`${path}\`: ${reason}`),
    ),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

function arrivalSection({ file, commit, changes }: Arrival): string {
  const title = `Checked out \`${commit}\` from ${file ?? 'origin'}`;
  const items = changes.map((change) => `\`${change.replaceAll('\t', ' ')}\``);
  return section(title, cut(items, SHOWN_CHANGES)) ?? `### ${title}`;
}

/** One row per file. */
export function renderCsv({ files }: Survey): string {
  const rows = files.map(({ path, language, lines, bytes }) => [path, language, lines, bytes].map(cell).join(','));
  return `${['path,language,lines,bytes', ...rows].join('\n')}\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  // A leading = + - @ would be a formula to a spreadsheet; a path can begin with any of them.
  const inert = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function section(title: string, items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : [`### ${title}`, ...items.map((item) => `- ${item}`)].join('\n');
}

function cut(items: readonly string[], shown: number): string[] {
  return items.length <= shown ? [...items] : [...items.slice(0, shown), `and ${items.length - shown} more`];
}

function languages(files: readonly SurveyedFile[]): [string, number][] {
  const byName = new Map<string, number>();
  for (const { language, lines } of files) byName.set(language, (byName.get(language) ?? 0) + lines);
  return [...byName]
    .filter(([, lines]) => lines > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN);
}

function largest(files: readonly SurveyedFile[]): SurveyedFile[] {
  return [...files].sort((a, b) => b.bytes - a.bytes).slice(0, 5);
}

function readmeLines(missing: readonly string[] | undefined): string[] {
  if (missing === undefined) return ['There is none.'];
  return missing.length === 0 ? [] : [`Missing sections: ${missing.join(', ')}`];
}
