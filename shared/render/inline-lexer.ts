import { BareAddresses } from './bare-address.ts';
import { characterReferenceAt, decodeCharacterReferences } from './character-reference.ts';
import { decodeDestination, type Definitions } from './definitions.ts';
import type { Edit } from './edits.ts';
import { keptTagAt, type TagBalance } from './inert-html.ts';
import { SPLIT } from './inert-text.ts';
import { inertUrl, isAbsoluteUrl, isThreadUrl } from './inert-url.ts';
import { LinkTails, ticksPair, type LinkTail } from './link-tail.ts';
import type { Leaf } from './markdown-leaves.ts';
import { ShownHost } from './shown-host.ts';
import { OPAQUE, TextRun, THREAD_LINK } from './text-run.ts';

const SPECIAL_IN_MARKDOWN = /[\\`<&![\]]|https?:\/\/|ftp:\/\/|www\./gi;
const SPECIAL_IN_HTML = /[<&]|https?:\/\//gi;
/** Behind this, what follows makes a link of it no more. */
const ADDRESS_HEAD = /[a-z]+:?/iy;
const WORD = /[^\s<]*/y;
const ESCAPE = /\\[!-/:-@[-`{-~]/y;
const TICKS = /`+/y;
const AUTOLINK =
  /<([a-z][a-z0-9+.-]{1,31}:[^\s<>`]{0,2048}|[\w.+-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,20})>/iy;
const BARE_URL = /(?<![A-Za-z0-9])https?:\/\/[\w\-.~:/?#%&=+,;@$!]{1,2048}/iy;
const ADDRESS = /^(?:<[^<>\n]*>|[^\s<>]+)/;
/** What is judged of an address inside one that was judged already, so that none of a chain is read to its end. */
const NEAR_ADDRESS = /^(?:[^\s<>@]{0,300}@[^\s<>]{1,300}|[^\s<>()]{1,300})/;
/** As far as one of these could be the end of an address of mail, which may hold ticks, or of a web page. */
const POINTED_WORD = /<[^\s<>]*/y;
const PLAIN_IMAGE = /!\[([^[\]\n]*)\](?=[([])/y;
const BADGE = /!\[([^[\]\n]*)\]\([^()\s`<]*\)(?=\]\()/y;

/** What inert edits a leaf's own syntax needs, and what a reader sees of it. */
export interface LexedLeaf {
  readonly run: TextRun;
  readonly edits: readonly Edit[];
}

export interface LexOptions {
  readonly ownRepository: string;
  readonly tags: TagBalance;
  /** Where `[words][label]` leads to, by label. */
  readonly definitions: Definitions;
}

/**
 * Reads a leaf once from left to right, as CommonMark ranks things: code spans, tags and autolinks first. Whether an
 * address belongs to a link is not asked: it is judged wherever one could stand, and whatever would make the two
 * readings differ (a backtick or `<` inside it) is encoded.
 */
export function lexLeaf(leaf: Leaf, options: LexOptions): LexedLeaf {
  return new Lexer(leaf, options).lex();
}

class Lexer {
  readonly #text: string;
  readonly #from: number;
  readonly #markdown: boolean;
  readonly #loose: boolean;
  readonly #options: LexOptions;
  readonly #run = new TextRun();
  readonly #edits: Edit[] = [];
  readonly #hosts: ShownHost;
  readonly #addresses: BareAddresses;
  readonly #tails: LinkTails;
  /** Lengths of backtick runs by where they stand last, so that a search without hope is made once. */
  readonly #lastTicks = new Map<number, number>();
  #lastComment: number;
  #position = 0;
  #addressEnd = 0;
  /** How far what stands here may be a link's address, title or label: in these is no code, no tag and no autolink. */
  #tailEnd = 0;
  /** How far backticks could begin code for one reading alone. */
  #loneTicksEnd = 0;
  /** How far an address was judged. */
  #judgedTo = 0;
  /** Where the words of the brackets begin that are open. */
  readonly #openings: number[] = [];

  constructor(leaf: Leaf, options: LexOptions) {
    this.#text = leaf.text;
    this.#from = leaf.from;
    this.#markdown = leaf.kind === 'markdown';
    this.#loose = leaf.isLoose;
    this.#options = options;
    this.#addresses = new BareAddresses(leaf.text);
    this.#tails = new LinkTails(leaf.text);
    this.#hosts = new ShownHost(leaf.text.length);
    this.#lastComment = leaf.text.lastIndexOf('-->');
    if (this.#markdown)
      for (const { index, 0: ticks } of leaf.text.matchAll(/`+/g)) this.#lastTicks.set(ticks.length, index);
  }

  lex(): LexedLeaf {
    const special = this.#markdown ? SPECIAL_IN_MARKDOWN : SPECIAL_IN_HTML;
    while (this.#position < this.#text.length) {
      special.lastIndex = this.#position;
      const next = special.exec(this.#text)?.index ?? this.#text.length;
      if (this.#position < next) this.#pushText(next - this.#position);
      if (next < this.#text.length && !this.#special()) this.#pushText(1);
    }
    return { run: this.#run, edits: this.#edits };
  }

  /** Handles what stands at the position and moves past it; false when it is text after all. */
  #special(): boolean {
    switch (this.#text[this.#position]) {
      case '\\':
        return this.#escape();
      case '`':
        return this.#codeSpan();
      case '<':
        return this.#angle();
      case '&':
        return this.#reference();
      case '!':
        return this.#image();
      case '[':
        this.#openings.push(this.#position + 1);
        return false;
      case ']':
        return this.#closingBracket();
      default:
        return this.#bareUrl();
    }
  }

  #escape(): boolean {
    const match = this.#match(ESCAPE);
    if (match === undefined) return false;
    // Behind a bare address the backslash belongs to the address, and the tag would be one.
    if (match[0] === '\\<' && this.#mayStart(1)) this.#edit(1, 1, '&lt;');
    this.#pushAs(match[0].slice(1), 2);
    return true;
  }

  #codeSpan(): boolean {
    const { length } = this.#match(TICKS)?.[0] ?? '`';
    const body = this.#position + length;
    if (this.#position < this.#loneTicksEnd) {
      this.#edit(0, length, '&#96;'.repeat(length));
      this.#pushText(length);
      return true;
    }
    if ((this.#lastTicks.get(length) ?? -1) < body) {
      this.#pushText(length);
      return true;
    }
    const closer = new RegExp(`(?<!\`)\`{${length}}(?!\`)`, 'g');
    closer.lastIndex = body;
    const end = (closer.exec(this.#text)?.index ?? body) + length;
    // Lines of code read as one line. As one they cannot come apart where GitHub sees a table's row or another block.
    for (const { index, 0: lineEnd } of this.#text.slice(this.#position, end).matchAll(/\n[ \t]*/g))
      this.#edit(index, lineEnd.length, ' ');
    this.#pushAs(OPAQUE, end - this.#position);
    return true;
  }

  #angle(): boolean {
    if (this.#position < this.#tailEnd) {
      if (/\S/.test(this.#text[this.#position + 1] ?? '')) this.#edit(0, 1, '&lt;');
      return false;
    }
    const tag = keptTagAt(this.#text, this.#position);
    if (tag !== undefined && this.#options.tags.accept(tag)) {
      if (this.#loose && this.#standsAlone(tag.length)) this.#edit(tag.length, 0, SPLIT);
      this.#pushAs(OPAQUE, tag.length);
      return true;
    }
    if (this.#comment()) return true;
    const autolink = this.#markdown ? this.#match(AUTOLINK) : undefined;
    if (autolink !== undefined) {
      const url = decodeCharacterReferences(autolink[1] ?? '');
      const inert = inertUrl(url, this.#options.ownRepository);
      if (!inert.startsWith('#')) {
        if (inert !== url) this.#edit(1, autolink[0].length - 2, inert);
        this.#pushAs(isThreadUrl(url) ? THREAD_LINK : OPAQUE, autolink[0].length);
        return true;
      }
    }
    // Anything else that an HTML parser could take for a tag is shown instead: `Promise<string>` reads right for once.
    if (this.#mayStart(0)) this.#edit(0, 1, '&lt;');
    return false;
  }

  /** Alone on its line a tag may begin a block of HTML, in which nothing is code. */
  #standsAlone(length: number): boolean {
    const line = this.#text.lastIndexOf('\n', this.#position) + 1;
    if (this.#text.slice(line, this.#position).trim() !== '') return false;
    return /^[ \t]*(?:\n|$)/.test(this.#text.slice(this.#position + length));
  }

  /** Could a tag begin at the `<` there, or an address of mail with a backtick? */
  #mayStart(offset: number): boolean {
    if (/[A-Za-z/!?]/.test(this.#text[this.#position + offset + 1] ?? '')) return true;
    POINTED_WORD.lastIndex = this.#position + offset;
    return POINTED_WORD.exec(this.#text)?.[0].includes('`') === true;
  }

  /** A closed comment shows nothing, so it goes; whatever its two sides become together, the next pass judges. */
  #comment(): boolean {
    if (!this.#text.startsWith('<!--', this.#position) || this.#lastComment < this.#position + 4) return false;
    const length = this.#text.indexOf('-->', this.#position + 4) + 3 - this.#position;
    this.#edit(0, length, '');
    this.#position += length;
    return true;
  }

  #reference(): boolean {
    const reference = characterReferenceAt(this.#text, this.#position);
    if (reference === undefined) return false;
    this.#pushAs(reference.text, reference.length);
    return true;
  }

  /** An image is fetched from wherever it lies as soon as somebody looks; a link waits to be clicked. */
  #image(): boolean {
    if (this.#text[this.#position + 1] !== '[') return false;
    const before = this.#text[this.#position - 1];
    const badge = before === '[' ? this.#match(BADGE) : undefined;
    if (badge !== undefined) {
      this.#edit(0, badge[0].length, badge[1]?.trim() === '' ? 'image' : (badge[1] ?? ''));
      this.#pushAs('', badge[0].length);
      return true;
    }
    const plain = this.#match(PLAIN_IMAGE);
    if (plain === undefined || before === '[') {
      // Part of something longer: taking the mark away could make a nested link of the rest.
      this.#edit(1, 0, SPLIT);
      return false;
    }
    this.#edit(0, 1, '');
    if (plain[1]?.trim() === '') this.#edit(2, plain[1].length, 'image');
    this.#pushAs('', 1);
    return true;
  }

  #closingBracket(): boolean {
    const words = this.#text.slice(this.#openings.pop() ?? this.#position, this.#position);
    const tail = this.#tails.read(this.#position);
    if (tail === undefined) return false;
    this.#enter(tail);
    const content = this.#text.slice(tail.content.from, tail.content.to);
    if (tail.kind !== 'label') return this.#address(tail, content, words);
    const url = this.#options.definitions.get(content);
    const host = url === undefined ? '' : this.#hosts.behind(words, url);
    if (host !== '') this.#edit(0, 0, host);
    return false;
  }

  /** Whether it is a link's tail is not asked: what would make a difference is encoded. */
  #enter({ to, isSure }: LinkTail): void {
    // One that ends with another was judged with it.
    if (this.#position < this.#tailEnd && to === this.#tailEnd) return;
    const crosses = this.#position < this.#tailEnd && this.#tailEnd < to;
    const isSame = isSure && !crosses && ticksPair(this.#text.slice(this.#position, to));
    if (!isSame) this.#loneTicksEnd = Math.max(this.#loneTicksEnd, this.#tailEnd, to);
    this.#tailEnd = Math.max(this.#tailEnd, to);
  }

  #address({ kind, content, isClosed }: LinkTail, written: string, words: string): boolean {
    const raw = (this.#position < this.#judgedTo ? NEAR_ADDRESS : ADDRESS).exec(written)?.[0] ?? '';
    if (raw === '') return false;
    const start = content.from - this.#position;
    const length = start + raw.length;
    this.#judgedTo = Math.max(this.#judgedTo, this.#position + length);
    const decoded = decodeDestination(raw);
    const inert = inertUrl(decoded, this.#options.ownRepository);
    const encoded = inert.replace(/[\s`<>()\\]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
    const defines = kind === 'definition';
    const host = defines && words.startsWith('^') ? '' : this.#hosts.behind(words, inert);
    // A label can be all that is seen of a link, and nothing fits into it: its definition becomes text, and is seen.
    if (host !== '') this.#edit(defines ? 1 : 0, 0, defines ? SPLIT : host);
    const changes = inert !== decoded || raw.startsWith('<') || raw.includes('`');
    if (changes) this.#edit(start, raw.length, encoded);
    else if (!isAbsoluteUrl(decoded) || /[[\]]/.test(raw) || !isClosed) return false;
    this.#pushText(1);
    this.#pushAs(isThreadUrl(decoded) ? THREAD_LINK : OPAQUE, length - 1);
    return true;
  }

  #bareUrl(): boolean {
    if (this.#markdown) this.#showBareHost();
    if (this.#markdown) this.#encodeTicks();
    const url = this.#match(BARE_URL)?.[0];
    if (url === undefined) return false;
    const inert = inertUrl(url, this.#options.ownRepository);
    // GitHub makes no links inside HTML blocks and brackets, nor of hosts without a dot: there it stays text.
    const linkable = this.#markdown && this.#openings.length === 0;
    const linked = linkable && isAbsoluteUrl(url) && /^https?:\/\/[^/?#]+\./i.test(url);
    if (inert !== url) this.#edit(0, url.length, inert);
    else if (!linked) return false;
    this.#pushAs(isThreadUrl(url) ? THREAD_LINK : OPAQUE, url.length);
    return true;
  }

  #showBareHost(): void {
    const address = this.#addresses.read(this.#position, this.#openings.length > 0);
    if (address.kind === 'deceptive') this.#edit(address.from, address.to - address.from, address.host);
    if (address.kind === 'disguised') this.#edit((this.#match(ADDRESS_HEAD)?.[0] ?? '').length, 0, SPLIT);
  }

  /** GitHub takes everything up to a blank or `<` as part of a bare address, and so a backtick in it opens no code. */
  #encodeTicks(): void {
    if (this.#position < this.#addressEnd) return;
    const [word = ''] = this.#match(WORD) ?? [];
    for (const { index } of word.matchAll(/`/g)) this.#edit(index, 1, '&#96;');
    this.#addressEnd = this.#position + word.length;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#text) ?? undefined;
  }

  #pushText(length: number): void {
    const start = this.#position;
    this.#position += length;
    this.#run.pushPlain(this.#text.slice(start, this.#position), this.#from + start);
  }

  /** Moves past `length` characters of the source which a reader sees as `text`. */
  #pushAs(text: string, length: number): void {
    this.#position += length;
    this.#run.push(text, this.#from + this.#position);
  }

  #edit(offset: number, length: number, insert: string): void {
    const from = this.#from + this.#position + offset;
    this.#edits.push({ from, to: from + length, insert });
  }
}
