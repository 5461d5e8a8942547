import {
  COMMENT_END,
  isAutolink,
  isMarkdown,
  looseTagEnd,
  RAW_TEXT_END,
  STARTS_HTML,
  strictTagEnd,
} from './html-syntax.ts';
import { visibleTag } from './html-tag.ts';
import { headOf, LINE_HEAD } from './line-head.ts';
import { NextMatch } from './next-match.ts';
import type { Count, RemovedKind } from './removed.ts';
import { pipesIn, type TableRow } from './table-rows.ts';

const HEAD = new RegExp(LINE_HEAD, 'y');
const HIDING_ELEMENT = /<(script|style|template|rp)(?=[\s/>])[^<>]*>/iy;
/** What ends the parentheses of a reading aid, which browsers do not show. HTML, 13.1.2.4 "Optional tags". */
const READING_END = /<(?:\/rp[^<>]*>|(?=\/?(?:rp|rt|ruby)(?=[\s/>])))/iy;
const TAG_NAME = /<\/?([a-z][^\s/<>]*)/iy;
const BLANK_LINE = /\n[ \t]*(?:\r?\n|$)/;

/** A stretch of HTML that shows nothing. */
interface Hidden {
  readonly kind: RemovedKind;
  /** How many of the kind; an attribute is one. */
  readonly count?: number;
  readonly end: number;
  /** What stays of it; default a blank, so that its two sides do not grow together. */
  readonly kept?: string;
}

/**
 * Removes from prose the HTML that shows nothing: comments, declarations, instructions to processors, scripts, styles and
 * templates with what is in them, sources of pictures, and attributes that people do not see. It reads from left to right,
 * like Markdown and browsers do. What is open to the end hides the rest at a line's start only; elsewhere its mark goes.
 * The pipes in what goes stay where cells of a table may end: GitHub finds these before any HTML.
 *
 * @param rows the lines of tables
 */
export function removeHiddenHtml(text: string, rows: readonly TableRow[], count: Count): string {
  if (!text.includes('<')) return text;
  const remaining = rows.toReversed();
  const reader = new HtmlReader(text);
  const kept: string[] = [];
  let position = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const { hidden, end } = reader.read(at);
    if (hidden !== undefined) {
      while ((remaining.at(-1)?.to ?? at) < at) remaining.pop();
      const row = remaining.at(-1);
      const cells = row !== undefined && row.from <= at ? text.slice(at, Math.min(hidden.end, row.to)) : '';
      const instead = hidden.kept ?? ' ';
      kept.push(
        text.slice(position, at),
        instead,
        '|'.repeat(Math.max(0, pipesIn(cells).length - pipesIn(instead).length)),
      );
      position = hidden.end;
      count(hidden.kind, hidden.count ?? 1);
    }
    at = Math.max(end, at + 1);
  }
  kept.push(text.slice(position));
  return kept.join('');
}

/** Asked for each `<` from left to right. */
class HtmlReader {
  readonly #text: string;
  readonly #comments: NextMatch;
  readonly #sections: NextMatch;
  readonly #instructions: NextMatch;
  readonly #tagEnds: NextMatch;
  readonly #blankLines: NextMatch;
  readonly #rawTextEnds: NextMatch;
  readonly #closings: Readonly<Record<string, NextMatch>>;
  readonly #paragraphEnds: NextMatch;
  readonly #templates: ReadonlyMap<number, number>;
  readonly #lineEnds: NextMatch;
  readonly #hiddenLineEnds: NextMatch;
  readonly #heads: NextMatch;
  #htmlUntil = 0;
  #line = 0;
  #headEnd = -1;
  #lineRead = -1;

  constructor(text: string) {
    this.#text = text;
    this.#comments = new NextMatch(text, COMMENT_END);
    this.#sections = new NextMatch(text, /\]\]>/);
    this.#instructions = new NextMatch(text, /\?>/);
    this.#tagEnds = new NextMatch(text, />/);
    this.#blankLines = new NextMatch(text, BLANK_LINE);
    this.#rawTextEnds = new NextMatch(text, new RegExp(`${RAW_TEXT_END.source}[^\\n]*`, 'i'));
    this.#paragraphEnds = new NextMatch(text, BLANK_LINE);
    this.#lineEnds = new NextMatch(text, /\n/);
    this.#hiddenLineEnds = new NextMatch(text, /\n/);
    this.#heads = new NextMatch(text, /\n/);
    this.#closings = {
      script: new NextMatch(text, /<\/script[^<>]*>/i),
      style: new NextMatch(text, /<\/style[^<>]*>/i),
    };
    this.#templates = templateEnds(text);
  }

  /** What is hidden at this `<`, and where reading goes on. */
  read(at: number): { readonly hidden?: Hidden; readonly end: number } {
    if (!this.#insideHtml(at) && isMarkdown(this.#text, at)) return { end: at + 1 };
    if (isAutolink(this.#text, at)) return { end: at + 1 };
    const hidden = this.#declaration(at) ?? this.#element(at) ?? this.#tag(at);
    if (hidden !== undefined) {
      // What began a line, and went on behind a blank one, has the whole line of its end for its own.
      if (this.#startsLine(at)) this.#htmlUntil = Math.max(this.#htmlUntil, this.#lineAfter(hidden.end));
      return { hidden, end: hidden.end };
    }
    return { end: this.#tagEnd(at) ?? at + 1 };
  }

  #declaration(at: number): Hidden | undefined {
    const text = this.#text;
    if (text.startsWith('<!--', at)) {
      // `<!-->` is a whole comment, so the closing may share the opening's dashes.
      const end = this.#comments.after(at + 2)?.end;
      const isOpen = end === undefined ? this.#startsLine(at) || this.#insideHtml(at) : this.#isLeftOpen(at, end);
      return { kind: 'html_comment', end: isOpen ? text.length : (end ?? at + 4) };
    }
    if (text.startsWith('<![CDATA[', at)) return this.#until('cdata', this.#sections, at);
    if (text.startsWith('<?', at)) return this.#until('processing_instruction', this.#instructions, at);
    if (/^<![a-z]/i.test(text.slice(at, at + 3))) return this.#until('declaration', this.#tagEnds, at);
    // Browsers take these for comments too.
    const bogus = /^<(?:!|\/[^a-z])/i.test(text.slice(at, at + 3)) && this.#insideHtml(at);
    return bogus ? this.#until('declaration', this.#tagEnds, at) : undefined;
  }

  /** Whether the quote, list or footnote that a comment begins ends before it: then its `-->` is text, and closes nothing. */
  #isLeftOpen(at: number, end: number): boolean {
    if (!this.#startsLine(at)) return false;
    const head = headOf(this.#text.slice(this.#line, at));
    if (head.least === 0) return false;
    const isQuoted = head.text.includes('>');
    return this.#text
      .slice(at, end)
      .split('\n')
      .slice(1)
      .some((line) => (isQuoted || line.trim() !== '') && headOf(/^[ \t>]*/.exec(line)?.[0] ?? '').column < head.least);
  }

  #until(kind: RemovedKind, closings: NextMatch, at: number): Hidden | undefined {
    const end = closings.after(at + 2)?.end;
    if (end !== undefined) return { kind, end };
    return this.#startsLine(at) ? { kind, end: this.#text.length } : undefined;
  }

  #element(at: number): Hidden | undefined {
    HIDING_ELEMENT.lastIndex = at;
    const opening = HIDING_ELEMENT.exec(this.#text);
    const name = opening?.[1]?.toLowerCase();
    if (opening === null || name === undefined) return undefined;
    const inside = at + opening[0].length;
    if (name === 'rp') return { kind: 'hidden_element', end: this.#readingEnd(inside, this.#insideHtml(at)) };
    const end = name === 'template' ? this.#templates.get(at) : this.#closings[name]?.after(inside)?.end;
    return { kind: 'hidden_element', end: end ?? (this.#startsLine(at) ? this.#text.length : inside) };
  }

  /** Comments and attributes may hold what looks like the end, so that all within is read; a paragraph ends it too. */
  #readingEnd(inside: number, isHtml: boolean): number {
    const last = (isHtml ? undefined : this.#paragraphEnds.after(inside)?.index) ?? this.#text.length;
    let position = inside;
    for (let at = this.#text.indexOf('<', inside); at !== -1 && at < last; at = this.#text.indexOf('<', position)) {
      READING_END.lastIndex = at;
      const ending = READING_END.exec(this.#text)?.[0];
      if (ending !== undefined) return ending === '<' ? at : at + ending.length;
      position = Math.max(this.read(at).end, at + 1);
    }
    return Math.max(last, position);
  }

  #tag(at: number): Hidden | undefined {
    TAG_NAME.lastIndex = at;
    const name = TAG_NAME.exec(this.#text)?.[1]?.toLowerCase();
    if (name === undefined) return undefined;
    const end = this.#tagEnd(at);
    if (end === undefined) {
      if (!this.#insideHtml(at)) return undefined;
      // Browsers read on for the tag's end, and show nothing until they find one.
      return { kind: 'hidden_attribute', end: this.#blankLines.after(at)?.index ?? this.#text.length };
    }
    if (name === 'source') return { kind: 'picture_source', end };
    const tag = this.#text.slice(at, end);
    const { text, removed } = visibleTag(tag);
    return removed === 0 ? undefined : { kind: 'hidden_attribute', count: removed, end, kept: text };
  }

  #tagEnd(at: number): number | undefined {
    const strict = strictTagEnd(this.#text, at);
    if (strict === undefined && this.#tagEnds.after(at) === undefined) return undefined;
    return strict === undefined && this.#insideHtml(at) ? looseTagEnd(this.#text, at) : strict;
  }

  /** Whether only marks of quotes, lists and footnotes, and blanks, stand before `at` in its line. */
  #startsLine(at: number): boolean {
    for (
      let end = this.#heads.after(this.#line);
      end !== undefined && end.index < at;
      end = this.#heads.after(end.end)
    ) {
      this.#line = end.end;
      this.#headEnd = -1;
    }
    if (this.#headEnd === -1) {
      HEAD.lastIndex = this.#line;
      HEAD.test(this.#text);
      this.#headEnd = HEAD.lastIndex;
    }
    return this.#headEnd === at;
  }

  /** Whether a line between the last blank one and `at` begins with HTML: then all up to the next blank one is HTML. */
  #insideHtml(at: number): boolean {
    if (at < this.#htmlUntil) return true;
    while (this.#lineRead < at) {
      const start = this.#lineRead + 1;
      this.#lineRead = this.#lineEnds.after(start)?.index ?? this.#text.length;
      const line = this.#text.slice(start, this.#lineRead);
      if (STARTS_HTML.test(line)) {
        this.#extendHtml(this.#blankLines, start);
        // Preformatted text goes on after a blank line.
        if (/<(?:pre|textarea)/i.test(line)) this.#extendHtml(this.#rawTextEnds, start);
      }
    }
    return at < this.#htmlUntil;
  }

  #lineAfter(at: number): number {
    return this.#hiddenLineEnds.after(at)?.index ?? this.#text.length;
  }

  #extendHtml(endings: NextMatch, start: number): void {
    this.#htmlUntil = Math.max(this.#htmlUntil, endings.after(start)?.end ?? this.#text.length);
  }
}

/** Where each template ends that does; one may hold others. */
function templateEnds(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const tag of text.matchAll(/<(\/?)template(?=[\s/>])[^<>]*>/gi)) {
    if (tag[1] === '') open.push(tag.index);
    else {
      const start = open.pop();
      if (start !== undefined) ends.set(start, tag.index + tag[0].length);
    }
  }
  return ends;
}
