/** Of a link or of its definition: blanks, and a line's end with what quotes set before the next line. */
const GAP = /[ \t]*(?:\r?\n[ \t>]*)?/y;
const POINTED = /<(?:[^<>\\\n]|\\[^\n])*>/y;
/** Deeper parentheses make no link, for cmark-gfm and for micromark; without a limit, many openings would take long. */
const MAX_DEPTH = 32;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const TITLE_CLOSINGS = new Map([
  ['"', '"'],
  ["'", "'"],
  ['(', ')'],
]);
const BLANK_LINE = /\n[ \t>]*\r?\n/y;

/** Where the blanks that begin at `at` end; `at` when there are none. A blank line is more than blanks. */
export function gapEnd(text: string, at: number): number {
  GAP.lastIndex = at;
  return at + (GAP.exec(text)?.[0].length ?? 0);
}

/** Where the `<address>` that begins at `at` ends, or undefined. CommonMark 0.31, 6.3, "link destination". */
export function pointedEnd(text: string, at: number): number | undefined {
  POINTED.lastIndex = at;
  const pointed = POINTED.exec(text)?.[0];
  return pointed === undefined ? undefined : at + pointed.length;
}

/**
 * Where the address in a link's parentheses ends that begins at `at`, which may be empty; undefined when there is none.
 * It ends at a blank, whether or not its parentheses are closed, in which readers differ; and what is left of pointed
 * brackets, when a part of them was taken for HTML, belongs to it.
 */
export function inlineAddressEnd(text: string, at: number): number | undefined {
  let depth = 0;
  for (let position = pointedEnd(text, at) ?? at; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === ' ' || character === '\n' || character === '\t' || character === '\r') return position;
    if (character === '\\' && PUNCTUATION.test(text.charAt(position + 1))) position++;
    else if (character === '(' && ++depth > MAX_DEPTH) return undefined;
    else if (character === ')' && --depth < 0) return position;
  }
  return text.length;
}

/**
 * Where the title ends whose mark is at `at`, or undefined when none is. When nothing ends it but what a backslash stands
 * before, that does: so cmark-gfm reads it.
 */
export function titleEnd(text: string, at: number): number | undefined {
  const closing = TITLE_CLOSINGS.get(text.charAt(at));
  if (closing === undefined) return undefined;
  let escaped: number | undefined;
  for (let position = at + 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === closing) return position + 1;
    if (character === '(' && closing === ')') return escaped;
    if (character === '\n' && isBlankLine(text, position)) return escaped;
    if (character === '\\' && PUNCTUATION.test(text.charAt(position + 1))) {
      position++;
      if (text.charAt(position) === closing) escaped = position + 1;
    }
  }
  return escaped;
}

function isBlankLine(text: string, at: number): boolean {
  BLANK_LINE.lastIndex = at;
  return BLANK_LINE.test(text);
}

/** What follows a link's words. */
export interface InlineTail {
  readonly end: number;
  /** With the blanks before it. */
  readonly title?: { readonly from: number; readonly to: number };
}

/** `(address "title")`. CommonMark 0.31, 6.3, "inline link". */
export function inlineTailAt(text: string, at: number): InlineTail | undefined {
  if (text.charAt(at) !== '(') return undefined;
  const from = inlineAddressEnd(text, gapEnd(text, at + 1));
  if (from === undefined) return undefined;
  const gap = gapEnd(text, from);
  if (text.charAt(gap) === ')') return { end: gap + 1 };
  const to = gap === from ? undefined : titleEnd(text, gap);
  if (to === undefined) return undefined;
  const end = gapEnd(text, to);
  return text.charAt(end) === ')' ? { end: end + 1, title: { from, to } } : undefined;
}
