import { removeHiddenFromDiagram } from './hidden-in-diagrams.ts';
import { headOf } from './line-head.ts';
import type { Count } from './removed.ts';

/** https://spec.commonmark.org/0.31.2/#info-string */
const OPENING = /^(`{3,}(?=[^`]*$)|~{3,})([^]*)$/;
const CLOSING = /^[ \t>]*(`{3,}|~{3,})[ \t]*\r?$/;
const CLOSING_LINE = /(?:^|\n)[ \t]*(?:`{3,}|~{3,})[ \t]*\r?$/;
/** What names a language; the longest in use are around twenty characters. */
const LANGUAGE = /^[ \t]*[\w+#.-]{1,20}(?![\w+#.-])/;
const DIAGRAM = /^[ \t]*mermaid\b/i;
/** The references that a name may be written with; no letter has a name of its own. */
const REFERENCE = /&(?:#(?:(\d{1,8})|[xX]([\dA-Fa-f]{1,8}))|Tab|NewLine);/g;
/** A fence stands at most this far in from where its list or quote begins. */
const MAX_INDENT = 3;

interface Opening {
  /** All of the line up to the info string. */
  readonly before: string;
  readonly ticks: string;
  readonly info: string;
  readonly column: number;
  /** A line that begins further left than this is behind the list or quote that the fence is in. */
  readonly least: number;
}

/**
 * Removes what GitHub does not show of a fenced block: the words behind its fence, except for the language, and what a
 * diagram hides, which is drawn and not printed.
 */
export function removeHiddenFromFence(block: string, count: Count): string {
  const end = block.indexOf('\n');
  const opening = openingOf(end === -1 ? block : block.slice(0, end));
  if (opening === undefined) return block;
  const named = withoutWords(opening, count);
  if (end === -1) return named;
  const body = block.slice(end + 1);
  if (!isDiagram(opening)) return `${named}\n${body}`;
  const closing = CLOSING_LINE.exec(body)?.index ?? body.length;
  return `${named}\n${removeHiddenFromDiagram(body.slice(0, closing), count)}${body.slice(closing)}`;
}

/**
 * The same where nobody can tell for sure what is a fence: each line that looks like one is taken for one.
 *
 * @param isNested whether lists or footnotes are opened, so that even a line far in may begin a fence
 */
export function removeHiddenFromDoubtfulFences(text: string, isNested: boolean, count: Count): string {
  if (!text.includes('```') && !text.includes('~~~')) return text;
  const kept: string[] = [];
  let open: Opening | undefined;
  let diagram: string[] = [];
  const endDiagram = (): void => {
    if (diagram.length > 0) kept.push(removeHiddenFromDiagram(diagram.join('\n'), count));
    diagram = [];
    open = undefined;
  };
  for (const line of text.split('\n')) {
    const opening = /`{3}|~{3}/.test(line) ? openingOf(line) : undefined;
    const fence = opening?.isFarIn === true && !isNested ? undefined : opening;
    if (open !== undefined && ends(open, line)) endDiagram();
    (open === undefined ? kept : diagram).push(fence === undefined ? line : withoutWords(fence, count));
    if (fence !== undefined && isDiagram(fence)) open = open === undefined ? fence : both(open, fence);
  }
  endDiagram();
  return kept.join('\n');
}

function openingOf(line: string): (Opening & { readonly isFarIn: boolean }) | undefined {
  const { text, column, least, isFarIn } = headOf(line);
  const [, ticks, info = ''] = OPENING.exec(line.slice(text.length)) ?? [];
  if (ticks === undefined) return undefined;
  return { before: text + ticks, ticks, info, column, least: Math.max(least, column - MAX_INDENT), isFarIn };
}

function ends({ ticks, column, least }: Opening, line: string): boolean {
  const closing = CLOSING.exec(line)?.[1];
  if (closing === undefined && least === 0) return false;
  const lead = headOf(/^[ \t>]*/.exec(line)?.[0] ?? '');
  if (lead.column < least && line.trim() !== '') return true;
  return closing?.startsWith(ticks) === true && lead.column <= column;
}

/** One of the two is not what it looks like; nobody can tell which, so what ends only one of them ends neither. */
function both(a: Opening, b: Opening): Opening {
  const [longer, shorter] = a.ticks.length < b.ticks.length ? [b, a] : [a, b];
  const ticks = longer.ticks.startsWith(shorter.ticks) ? longer.ticks : '\n';
  return { ...longer, ticks, column: Math.min(a.column, b.column), least: Math.min(a.least, b.least) };
}

function isDiagram({ info }: Opening): boolean {
  return DIAGRAM.test(withoutReferences(info));
}

/** A language that is written with references is written without: what it is drawn by must be seen from it. */
function withoutWords({ before, info }: Opening, count: Count): string {
  const named = withoutReferences(info);
  const language = LANGUAGE.exec(named)?.[0] ?? '';
  if (named === info && info.slice(language.length).trim() === '') return before + info;
  count('fence_words', 1);
  return `${before}${language}${info.endsWith('\r') ? '\r' : ''}`;
}

function withoutReferences(info: string): string {
  return info.replace(REFERENCE, (whole: string, decimal: string | undefined, hex: string | undefined) => {
    const code = decimal === undefined ? parseInt(hex ?? '20', 16) : Number(decimal);
    const character = code <= 0x7e ? String.fromCharCode(code) : whole;
    return character < ' ' ? ' ' : character;
  });
}
