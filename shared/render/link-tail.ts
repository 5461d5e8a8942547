import type { Stretch } from './block-edits.ts';

const BLANKS = /[ \t\n\v\f\r]*/y;
const BLANKS_OF_DEFINITION = /[ \t]*(?:\n[ \t]*)?/y;
// oxlint-disable-next-line no-control-regex -- an address ends before one
const WORD_END = /[\u0000-\u0020\u007F]/g;
const POINTED = /<[^<>\n]*>/y;
/** GitHub reads a thousand bytes, which are never more characters. */
const LABEL = /\]\[((?:[^[\]\\]|\\[^]){0,1001})\]/y;
// Codes of characters are compared many times faster than characters.
const [OPENING, CLOSING, BACKSLASH] = [0x28, 0x29, 0x5c];
const PUNCTUATION = /^[!-/:-@[-`{-~]$/;
/** Deeper parentheses are in no address, for GitHub as for others. */
const MAX_DEPTH = 32;
const CLOSERS = new Map([
  ['"', '"'],
  ["'", "'"],
  ['(', ')'],
]);

/** What stands behind the words of a link: `](address "title")`, `][label]`, or in a definition `]: address "title"`. */
export interface LinkTail {
  readonly kind: 'address' | 'definition' | 'label';
  /** The address, with `<>` around it if it has them, or the label; empty when there is none. */
  readonly content: Stretch;
  /** Whether it is complete, and so a link if words stand before it. */
  readonly isClosed: boolean;
  /** As far as any of GitHub's parsers and their specification may read it as a link's syntax, and not as text. */
  readonly to: number;
  /** Whether all of them agree on that. */
  readonly isSure: boolean;
}

/**
 * Reads the tails of links in a text. CommonMark's specification and GitHub's parser differ where a backslash stands in a
 * title (`"a\\"`): the parser goes on to the last mark that could end it.
 * https://spec.commonmark.org/0.31.2/#links, https://github.com/github/cmark-gfm/blob/master/src/scanners.re
 */
export class LinkTails {
  readonly #text: string;
  /** By mark: from where it was looked for, and where it stands. */
  readonly #found = new Map<string, Stretch>();
  #word: Stretch = { from: 0, to: -1 };

  constructor(text: string) {
    this.#text = text;
  }

  /** The tail that begins at the bracket at offset `at`; undefined when none does. */
  read(at: number): LinkTail | undefined {
    switch (this.#text[at + 1]) {
      case '(':
        return this.#inline(at);
      case ':':
        return this.#definition(at);
      case '[':
        return this.#label(at);
      default:
        return undefined;
    }
  }

  #inline(at: number): LinkTail {
    const from = this.#match(BLANKS, at + 2);
    const { to: end, isSure } = this.#address(from);
    const base = { kind: 'address', content: { from, to: end } } as const;
    if (!isSure) return { ...base, isClosed: false, isSure, to: this.#text.length };
    const next = this.#match(BLANKS, end);
    if (this.#text[next] === ')') return { ...base, isClosed: true, isSure, to: next + 1 };
    const title = next === end ? undefined : this.#title(next);
    if (title === undefined) return { ...base, isClosed: false, isSure, to: this.#text[from] === '<' ? end : at };
    const last = this.#match(BLANKS, title.to);
    const isClosed = this.#text[last] === ')';
    return { ...base, isClosed, isSure: title.isSure, to: isClosed ? last + 1 : title.to };
  }

  #definition(at: number): LinkTail {
    const from = this.#match(BLANKS_OF_DEFINITION, at + 2);
    const end = this.#text[from] === '<' ? this.#pointed(from) : this.#wordEnd(from);
    const next = this.#match(BLANKS_OF_DEFINITION, end);
    const title = next === end ? undefined : this.#title(next);
    const isTitled = title?.isEnded === true;
    const isSure = !isTitled || title.isSure;
    return { kind: 'definition', content: { from, to: end }, isClosed: true, isSure, to: isTitled ? title.to : end };
  }

  #label(at: number): LinkTail | undefined {
    LABEL.lastIndex = at;
    const label = LABEL.exec(this.#text)?.[1];
    if (label === undefined) return undefined;
    const content = { from: at + 2, to: at + 2 + label.length };
    return { kind: 'label', content, isClosed: true, isSure: true, to: content.to };
  }

  /** An address ends at a blank, and at a closing parenthesis that none in it opened. */
  #address(from: number): { to: number; isSure: boolean } {
    if (this.#text[from] === '<') return { to: this.#pointed(from), isSure: true };
    let depth = 0;
    for (let at = from; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x20 || code === 0x09 || code === 0x0a) return { to: at, isSure: true };
      // The specification ends an address here, GitHub's parser does not.
      if (code < 0x20 || code === 0x7f) return { to: at, isSure: false };
      if (code === BACKSLASH && PUNCTUATION.test(this.#text[at + 1] ?? '')) at++;
      else if (code === OPENING && ++depth > MAX_DEPTH) return { to: at, isSure: false };
      else if (code === CLOSING && depth-- === 0) return { to: at, isSure: true };
    }
    return { to: this.#text.length, isSure: true };
  }

  /** At least the bracket itself. */
  #pointed(from: number): number {
    return Math.max(this.#match(POINTED, from), from + 1);
  }

  /** One word may hold any number of tails, and is searched once. */
  #wordEnd(from: number): number {
    if (from < this.#word.from || from > this.#word.to) {
      WORD_END.lastIndex = from;
      this.#word = { from, to: WORD_END.exec(this.#text)?.index ?? this.#text.length };
    }
    return this.#word.to;
  }

  #title(from: number): { to: number; isSure: boolean; isEnded: boolean } | undefined {
    const opener = this.#text[from] ?? '';
    const closer = CLOSERS.get(opener);
    if (closer === undefined) return undefined;
    const end = this.#find(closer, from + 1);
    if (end === this.#text.length) return { to: end, isSure: false, isEnded: false };
    const isSure = this.#find('\\', from + 1) > end && (opener !== '(' || this.#find('(', from + 1) > end);
    return { to: end + 1, isSure, isEnded: true };
  }

  /** Where a mark stands next with no backslash before it. Where it was found, it is found again from all places before. */
  #find(mark: string, from: number): number {
    const known = this.#found.get(mark);
    if (known !== undefined && known.from <= from && from <= known.to) return known.to;
    let at = this.#text.indexOf(mark, from);
    while (at > from && this.#text[at - 1] === '\\') at = this.#text.indexOf(mark, at + 1);
    const to = at === -1 ? this.#text.length : at;
    this.#found.set(mark, { from, to });
    return to;
  }

  /** Where a match of the pattern at `from` ends; `from` when it does not match. */
  #match(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return from + (pattern.exec(this.#text)?.[0].length ?? 0);
  }
}

/** Does each run of backticks that begins code in a stretch of Markdown find its end there, whatever is around? */
export function ticksPair(stretch: string): boolean {
  const runs = stretch.match(/`+/g) ?? [];
  return runs.length % 2 === 0 && new Set(runs).size <= 1 && !stretch.includes('\\`');
}
