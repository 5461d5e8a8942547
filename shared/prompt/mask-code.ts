import { isLastingBlock, lastingHtmlAt, STARTS_HTML, strictTagEnd } from './html-syntax.ts';
import { LINE_HEAD } from './line-head.ts';
import { NextMatch, type Match } from './next-match.ts';

/** U+0001 stands for nothing else: another control character, as invisible, takes the place of those in the text. */
const CODE_MARK = '\u0001';
/** The same of U+0002, which stands for a fenced block. */
export const BLOCK_MARK = '\u0002';
const UNSEEN = '\u0003';
const MARKED = new RegExp(`([${CODE_MARK}${BLOCK_MARK}])(\\d+)\\1`, 'g');

const FENCE = /^( {0,3})(?:(`{3,})[^`\n]*|(~{3,})[^\n]*)$/;
const MATH_FENCE = /^ {0,3}(?:`{3,}|~{3,})[ \t]*math\b/i;
/** A fence that opens inside a list, a quote or a footnote, or is indented like code. */
const INNER_FENCE = new RegExp(`^${LINE_HEAD}(?:\`{3}|~{3})`);
const QUOTE = /^ {0,3}>/;
const BLANK = /^[ \t]*$/;
/** A line that may begin the definition of a link; a footnote's mark belongs to the head. */
const OPENS_DEFINITION = new RegExp(`^${LINE_HEAD}\\[(?!\\^)`);
/** A backtick that follows these may be a part of what they begin: of a tag, an e-mail's or a bare address, a link's end. */
const TOKEN = /\\[\\`<]|`+|<(?=[\w.!#$%&'*+/=?^`{|}~-])|\][([]|https?:\/\/|ftp:\/\/|www\./i;
const TAG_OR_TEXT = /<[a-z/]/iy;
const ADDRESS_END = /[ \t\r\n\v\f<]/;
const MAIL = /<[^\s<>]*/y;
const PARAGRAPH_END = /\n[ \t]*\r?(?:\n|$)/;
/** The ends of links that are surely whole, with no backtick but those of a name in a label. What else begins like one is in doubt. */
const PLAIN_END = new RegExp(
  String.raw`\](?:\[(?:[^[\]\\\x60]|(?<!\x60)\x60[^[\]\\\s<\x60]{1,40}\x60(?!\x60))*\]|\((?:<[^<>\n\\\x60]*>|[^\s()<>\\\x60]*(?:\([^\s()<>\\\x60]*\)[^\s()<>\\\x60]*)*)(?:[ \t]"[^"\n\\\x60]*")?\))`,
  'y',
);

export interface CleanCode {
  /** Given each fenced block, its fences included. */
  readonly fence: (block: string) => string;
  /** Given the fences of the language `math` and the spans between dollar signs, which GitHub shows as formulas. */
  readonly math: (formula: string) => string;
}

export interface MaskedText {
  readonly text: string;
  /** Puts the code back, byte for byte. */
  readonly unmask: (text: string) => string;
}

/**
 * Replaces code, which people see as it is written, by numbers between marks: fenced blocks and `spans` within a line.
 * Only what is surely code counts. Where the rest of Markdown could take it for something else (inside HTML, lists,
 * quotes, cells of tables, after a backtick without its second) it stays as it is and is cleaned more, not less.
 *
 * @param clean what it returns is put back in place of what it is given
 */
export function maskCode(untrusted: string, clean: CleanCode): MaskedText {
  const text = untrusted.replaceAll(CODE_MARK, UNSEEN).replaceAll(BLOCK_MARK, UNSEEN);
  if (!text.includes('`') && !text.includes('~~~')) return { text, unmask: (masked) => masked };
  const code: string[] = [];
  // The same code has the same number, so that `[`a`]` still finds its definition.
  const numbers = new Map<string, number>();
  const mask = (hidden: string, mark: string): string => {
    const number = numbers.get(hidden) ?? code.push(hidden) - 1;
    numbers.set(hidden, number);
    return `${mark}${number}${mark}`;
  };
  const masked = new CodeReader(text, mask, clean).read();
  return {
    text: masked,
    unmask: (marked) => marked.replace(MARKED, (_all, _mark, number) => code[Number(number)] ?? ''),
  };
}

/** Reads lines. `sure` is about the whole rest, `html` and `spans` about the lines up to the next blank one. */
class CodeReader {
  readonly #text: string;
  readonly #mask: (code: string, mark: string) => string;
  readonly #clean: CleanCode;
  readonly #tokens: NextMatch;
  readonly #ticks: NextMatch;
  readonly #addressEnds: NextMatch;
  readonly #paragraphEnds: NextMatch;
  readonly #closings = new Map<RegExp, NextMatch>();
  readonly #kept: string[] = [];
  #position = 0;
  #sure = true;
  #html = false;
  #spans = true;
  #quotedFence = false;
  #definition: 'none' | 'may begin' | 'begun' = 'none';
  #blockStart = -1;
  #blockEnded = false;

  constructor(text: string, mask: (code: string, mark: string) => string, clean: CleanCode) {
    this.#text = text;
    this.#mask = mask;
    this.#clean = clean;
    this.#tokens = new NextMatch(text, TOKEN);
    this.#ticks = new NextMatch(text, /`/);
    this.#addressEnds = new NextMatch(text, ADDRESS_END);
    this.#paragraphEnds = new NextMatch(text, PARAGRAPH_END);
  }

  read(): string {
    while (this.#position < this.#text.length && this.#sure) {
      const line = this.#text.slice(this.#position, this.#lineEnd(this.#position)).replace(/\r$/, '');
      this.#enterLine(line);
      if (!this.#sure || !this.#readFence(line)) this.#readSpans(this.#lineEnd(this.#position));
    }
    this.#kept.push(this.#text.slice(this.#position));
    return this.#kept.join('');
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end === -1 ? this.#text.length : end;
  }

  #keepUntil(end: number): void {
    this.#kept.push(this.#text.slice(this.#position, end));
    this.#position = end;
  }

  #enterLine(line: string): void {
    this.#blockEnded = false;
    // Markdown's blank lines hold blanks and tabs alone; other spaces do not end a paragraph.
    if (BLANK.test(line)) {
      this.#html = false;
      this.#spans = true;
      this.#definition = 'none';
    }
    this.#enterDefinition(line);
    const quoted = QUOTE.test(line);
    if (!quoted) this.#quotedFence = false;
    if (INNER_FENCE.test(line) && !FENCE.test(line)) {
      // A quote ends with its lines, and its fence with it. Where a list ends cannot be told from here.
      if (quoted) this.#quotedFence = true;
      else this.#sure = false;
    }
    const margin = /^ {0,3}(?=<)/.exec(line)?.[0].length;
    this.#blockStart = this.#html || margin === undefined ? -1 : this.#position + margin;
    if (STARTS_HTML.test(line)) this.#html = true;
    // A fence inside HTML is text, and its second half would be taken for a first one.
    if (this.#html && FENCE.test(line)) this.#sure = false;
  }

  /** A definition is read before any code is, with the backticks in its address and title. Code in its label is code. */
  #enterDefinition(line: string): void {
    const opens = OPENS_DEFINITION.test(line);
    if (opens && this.#definition === 'none') this.#definition = 'may begin';
    if (this.#definition === 'none') return;
    const label = line.indexOf(']:');
    if (label !== -1) this.#definition = 'begun';
    if (this.#definition === 'begun' && line.includes('`', opens ? Math.max(label, 0) : 0)) this.#spans = false;
  }

  /** True when a fence began here and was read, or proved doubtful. */
  #readFence(line: string): boolean {
    const opening = FENCE.exec(line);
    const ticks = opening?.[2] ?? opening?.[3];
    if (opening === null || ticks === undefined) return false;
    const indent = opening[1]?.length ?? 0;
    const closing = new RegExp(`^[ \\t]*${ticks.charAt(0)}{${ticks.length},}[ \\t]*\\r?$`);
    let end = this.#lineEnd(this.#position);
    let closed = false;
    while (!closed && end < this.#text.length) {
      const next = this.#lineEnd(end + 1);
      const inner = this.#text.slice(end + 1, next);
      const depth = /^[ \t]*/.exec(inner)?.[0].replaceAll('\t', '    ').length ?? 0;
      const closes = closing.test(inner);
      // An indented fence may belong to a list, which a line further left ends, and the fence with it.
      if ((depth < indent && !BLANK.test(inner.replace(/\r$/, ''))) || (closes && indent > 0 && depth > 3)) {
        this.#sure = false;
        break;
      }
      closed = closes && depth <= 3;
      end = next;
    }
    const block = this.#clean.fence(this.#text.slice(this.#position, end));
    this.#kept.push(this.#mask(MATH_FENCE.test(block) ? this.#clean.math(block) : block, BLOCK_MARK));
    this.#position = end;
    this.#html = false;
    this.#spans = true;
    if (this.#sure) this.#keepUntil(Math.min(end + 1, this.#text.length));
    return true;
  }

  /** To the end of this line, or, when HTML begins in it that ends further down, of that one. */
  #readSpans(lineEnd: number): void {
    let end = lineEnd;
    let runs: TickRuns | undefined;
    let at = this.#position;
    for (let token = this.#tokens.after(at); token !== undefined && token.index < end; token = this.#tokens.after(at)) {
      at = token.index;
      const first = this.#text.charAt(at);
      if (first === '`') at = this.#readSpan(token, (runs ??= new TickRuns(this.#text, at, end)));
      else if (first === '<') at = this.#lastingEnd(at) ?? this.#tagEnd(at, end);
      else at = first === '\\' ? at + 2 : this.#linkEnd(token);
      if (!this.#sure) return;
      if (at > end) {
        end = this.#lineEnd(at);
        runs = undefined;
      }
    }
    this.#keepUntil(Math.min(end + 1, this.#text.length));
    if (this.#blockEnded) {
      this.#html = false;
      this.#spans = true;
    }
  }

  #readSpan(token: Match, runs: TickRuns): number {
    const inside = token.end;
    const length = inside - token.index;
    const second = runs.next(length, inside);
    if (this.#html || this.#quotedFence || !this.#spans) return inside;
    // A cell of a table ends before a span does.
    if (second === undefined || this.#text.slice(inside, second).includes('|')) {
      this.#spans = false;
      return inside;
    }
    this.#keepUntil(token.index);
    this.#position = second + length;
    const isMath = this.#text[token.index - 1] === '$' && this.#text[this.#position] === '$';
    const span = this.#text.slice(token.index, this.#position);
    this.#kept.push(this.#mask(isMath ? this.#clean.math(span) : span, CODE_MARK));
    return this.#position;
  }

  /** Where HTML ends that does not end at a blank line: comments, `<pre>`, `<script>` … */
  #lastingEnd(at: number): number | undefined {
    const closing = lastingHtmlAt(this.#text, at);
    if (closing === undefined) return undefined;
    const closings = this.#closings.get(closing) ?? new NextMatch(this.#text, closing);
    this.#closings.set(closing, closings);
    const found = closings.after(at + 2);
    if (found === undefined) {
      this.#sure = false;
      return at;
    }
    // What shares a line or a paragraph with it may be HTML too. A block at the margin ends with its last line.
    this.#blockEnded ||= at === this.#blockStart && isLastingBlock(this.#text, at, found.end);
    this.#html = true;
    return found.end;
  }

  #tagEnd(at: number, lineEnd: number): number {
    TAG_OR_TEXT.lastIndex = at;
    if (!TAG_OR_TEXT.test(this.#text)) return this.#mailEnd(at);
    const end = strictTagEnd(this.#text, at);
    // Who takes this for a tag, and who for text, does not agree on where code begins.
    if (end === undefined || end > lineEnd || this.#hasTick(at, end)) this.#spans = false;
    return end === undefined || end > lineEnd ? at + 1 : end;
  }

  /** An e-mail's address may begin with any of many signs, and hold backticks; most that begins so is text. */
  #mailEnd(at: number): number {
    MAIL.lastIndex = at;
    const mail = MAIL.exec(this.#text)?.[0] ?? '';
    if (mail.includes('@') && mail.includes('`')) this.#spans = false;
    return at + 1;
  }

  /** `](…)`, `][…]` and bare addresses: backticks in them are a part of them, and open no code. */
  #linkEnd({ index, end }: Match): number {
    if (!this.#spans) return end;
    if (this.#text.charAt(index) !== ']') {
      if (this.#hasTick(end, this.#addressEnds.after(end)?.index)) this.#spans = false;
      return end;
    }
    PLAIN_END.lastIndex = index;
    const isDoubtful = !PLAIN_END.test(this.#text);
    if (isDoubtful && this.#hasTick(end, this.#paragraphEnds.after(end)?.index)) this.#spans = false;
    return end;
  }

  #hasTick(from: number, to = this.#text.length): boolean {
    return (this.#ticks.after(from)?.index ?? to) < to;
  }
}

/** Where runs of backticks of a length stand in a line; asked from left to right. */
class TickRuns {
  readonly #starts = new Map<number, number[]>();

  constructor(text: string, from: number, end: number) {
    for (const { 0: ticks, index } of text.slice(from, end).matchAll(/`+/g)) {
      const starts = this.#starts.get(ticks.length) ?? [];
      starts.push(from + index);
      this.#starts.set(ticks.length, starts);
    }
    for (const starts of this.#starts.values()) starts.reverse();
  }

  next(length: number, from: number): number | undefined {
    const starts = this.#starts.get(length) ?? [];
    while ((starts.at(-1) ?? from) < from) starts.pop();
    return starts.at(-1);
  }
}
