import { endOfDefinitions } from './end-of-definitions.ts';

/** A stretch of text, by offsets; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How far a tag or a link's address is looked for: further than anybody writes, near enough to stay linear. */
const MAX_SPAN_CHARS = 2_048;

const OPENING = /\\[!-/:-@[-`{-~]|`+|<|\]\(/g;
const ATTRIBUTE = String.raw`\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>${'`'}]+))?`;
const TAG = new RegExp(String.raw`^(?:<[A-Za-z][A-Za-z0-9-]*(?:${ATTRIBUTE})*\s*/?>|</[A-Za-z][A-Za-z0-9-]*\s*>)`);
const AUTOLINK = /^<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>/;
// Blanks and the address are taken whole or not at all (the lookaheads), so that nothing is tried twice.
const ADDRESS = String.raw`<[^<>\n]*>|(?=((?:[^\s<>()]+|\([^\s<>()]*\))+))\2`;
const TITLE = String.raw`"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\([^()]*\)`;
const LINK_TARGET = new RegExp(String.raw`^\]\((?=(\s*))\1(?:${ADDRESS})?(?:\s+(?:${TITLE}))?\s*\)`);

/** Openings and closings that CommonMark pairs without looking at what lies between them. */
const PAIRS = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
] as const;

/**
 * The link definitions, code spans, HTML comments, tags and link targets in the text of one paragraph, in order: what
 * stands in them is not said by the writer. Read once from left to right as CommonMark ranks them; linear in the text's
 * length.
 */
export function hiddenSpans(text: string): readonly Span[] {
  const definitions = endOfDefinitions(text);
  const spans: Span[] = definitions === 0 ? [] : [{ from: 0, to: definitions }];
  const closings = new Closings(text);
  const opening = new RegExp(OPENING);
  opening.lastIndex = definitions;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const from = match.index;
    const to = match[0].startsWith('\\') ? undefined : endOfSpan({ text, from, mark: match[0], closings });
    if (to === undefined) continue;
    spans.push({ from, to });
    opening.lastIndex = to;
  }
  return spans;
}

function endOfSpan(at: { text: string; from: number; mark: string; closings: Closings }): number | undefined {
  const { text, from, mark, closings } = at;
  if (mark.startsWith('`')) return closings.ofTicks(mark.length, from + mark.length);
  const near = text.slice(from, from + MAX_SPAN_CHARS);
  if (mark === '](') return endOf(LINK_TARGET.exec(near), from);
  const pair = PAIRS.find(([open]) => near.startsWith(open));
  if (pair !== undefined) return closings.ofPair(pair[1], from + 2);
  return endOf(TAG.exec(near) ?? AUTOLINK.exec(near), from);
}

function endOf(match: RegExpExecArray | null, from: number): number | undefined {
  return match === null ? undefined : from + match[0].length;
}

/** Finds closings going forward only: a search that failed once is not made again. */
class Closings {
  readonly #text: string;
  /** Where runs of this many backticks stand, in order. */
  readonly #ticks = new Map<number, number[]>();
  readonly #next = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
    for (const { 0: run, index } of text.matchAll(/`+/g)) {
      const places = this.#ticks.get(run.length);
      if (places === undefined) this.#ticks.set(run.length, [index]);
      else places.push(index);
    }
    for (const places of this.#ticks.values()) places.reverse();
  }

  /** Behind the next run of exactly `length` backticks at or after `from`. */
  ofTicks(length: number, from: number): number | undefined {
    const places = this.#ticks.get(length) ?? [];
    while ((places.at(-1) ?? from) < from) places.pop();
    const at = places.at(-1);
    return at === undefined ? undefined : at + length;
  }

  /** Behind the next `closing` at or after `from`. */
  ofPair(closing: string, from: number): number | undefined {
    let at = this.#next.get(closing) ?? 0;
    if (at !== -1 && at < from) {
      at = this.#text.indexOf(closing, from);
      this.#next.set(closing, at);
    }
    return at === -1 ? undefined : at + closing.length;
  }
}
