import { link } from './inline.ts';
import { MAX_MARKDOWN_CHARS, neutralize } from './neutralize.ts';
import { artifactsTable, explanation, footer, headline, receiptDetails } from './report-parts.ts';
import { trimLines } from './trim-lines.ts';
import { truncateMarkdown } from './truncate.ts';
import { formatDuration } from './duration.ts';
import { withoutNothingToDo } from '../model/nothing-to-do.ts';
import type { Report } from '../model/report.ts';

/** GitHub refuses longer comments and issues. Characters; we count UTF-16 code units, which are never fewer. */
export const MAX_COMMENT_CHARS = 65_536;
/** GitHub refuses longer check summaries. */
export const MAX_CHECK_SUMMARY_CHARS = 65_535;
/** A step's summary may have 1 MiB; later writers of the same step get the rest. */
export const MAX_SUMMARY_BYTES = 1_048_576 - 65_536;
const MAX_TITLE_CHARS = 120;

export interface CommentOptions {
  /** Hidden comment by which we find it again; stands at the end, so that mails begin with what matters. */
  readonly marker: string;
  /** Default {@link MAX_COMMENT_CHARS}. */
  readonly limit?: number;
}

/** A comment on an issue or pull request: where the run stands, or how it ended. */
export function renderComment(report: Report, { marker, limit = MAX_COMMENT_CHARS }: CommentOptions): string {
  const words = headline(report);
  const head = report.status === 'running' ? link(words, report.taskUrl) : words;
  return assemble(report, { head: `### ${head}`, tail: marker, limit, measure: countChars });
}

/** The body of a rolling issue: the last result is the issue; how the run went matters only when it went wrong. */
export function renderIssue(report: Report, { marker, limit = MAX_COMMENT_CHARS }: CommentOptions): string {
  const head = report.status === 'succeeded' ? '' : `### ${headline(report)}`;
  const tail = `<sub>Rebyte keeps this issue up to date. Close it, and the next result opens a new one.</sub>\n\n${marker}`;
  return assemble(report, { head, tail, limit, measure: countChars });
}

/** The job summary. @param options.limit bytes in UTF-8, default {@link MAX_SUMMARY_BYTES} */
export function renderSummary(report: Report, { limit = MAX_SUMMARY_BYTES }: { limit?: number } = {}): string {
  return assemble(report, { head: `## Rebyte: ${headline(report)}`, tail: '', limit, measure: countBytes });
}

/** A check run's title (plain text) and summary. */
export function renderCheck(report: Report): { title: string; summary: string } {
  const duration = report.durationMs === undefined ? '' : formatDuration(report.durationMs);
  const title = [headline(report), duration]
    .filter((part) => part !== '')
    .join(' · ')
    .slice(0, MAX_TITLE_CHARS);
  const summary = assemble(report, { head: '', tail: '', limit: MAX_CHECK_SUMMARY_CHARS, measure: countChars });
  return { title, summary };
}

interface Frame {
  readonly head: string;
  readonly tail: string;
  readonly limit: number;
  readonly measure: (text: string) => number;
}

/** Everything but the result is short and always whole; the result gets the room that is left. */
function assemble(report: Report, { head, tail, limit, measure }: Frame): string {
  const before = [head, explanation(report)];
  const after = [artifactsTable(report), footer(report), receiptDetails(report), tail];
  const room = limit - measure(join([...before, ...after])) - 4;
  return join([...before, fitResult(report, room, measure), ...after]);
}

function join(parts: readonly string[]): string {
  const written = parts.map(trimLines).filter((part) => part !== '');
  return `${written.join('\n\n')}\n`;
}

/** Cut first, then made inert, because a cut can bring to life what stood in code; inert text is longer, so it may take turns. */
function fitResult({ result = '', taskUrl, receipt }: Report, room: number, measure: Frame['measure']): string {
  const text = withoutNothingToDo(result).trim();
  const notice = `_The result is longer than fits here._ ${link('Read all of it in the task.', taskUrl)}`;
  let budget = Math.min(room, MAX_MARKDOWN_CHARS);
  while (budget > 0) {
    const inert = trimLines(neutralize(truncateMarkdown(text, budget, notice), receipt));
    const size = measure(inert);
    if (size <= room) return inert;
    budget = Math.min(budget - 1, Math.floor((budget * room) / size) - 1);
  }
  return '';
}

function countChars(text: string): number {
  return text.length;
}

function countBytes(text: string): number {
  return Buffer.byteLength(text);
}
