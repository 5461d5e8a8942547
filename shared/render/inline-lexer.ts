import { BareAddresses } from './bare-address.ts';
import { characterReferenceAt, decodeCharacterReferences } from './character-reference.ts';
import { decodeDestination, type Definitions } from './definitions.ts';
import type { Edit } from './edits.ts';
import { keptTagAt, type TagBalance } from './inert-html.ts';
import { SPLIT } from './inert-text.ts';
import { inertUrl, isAbsoluteUrl, isThreadUrl } from './inert-url.ts';
import { LeafCursor } from './leaf-cursor.ts';
import { LinkTails, ticksPair, type LinkTail } from './link-tail.ts';
import type { Leaf } from './markdown-leaves.ts';
import { ShownHost } from './shown-host.ts';
import { OPAQUE, type TextRun, THREAD_LINK } from './text-run.ts';

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
  readonly #at: LeafCursor;
  readonly #markdown: boolean;
  readonly #loose: boolean;
  readonly #options: LexOptions;
  readonly #hosts: ShownHost;
  readonly #addresses: BareAddresses;
  readonly #tails: LinkTails;
  /** Lengths of backtick runs by where they stand last, so that a search without hope is made once. */
  readonly #lastTicks = new Map<number, number>();
  #lastComment: number;
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
    this.#at = new LeafCursor(leaf.text, leaf.from);
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
    while (this.#at.position < this.#at.text.length) {
      special.lastIndex = this.#at.position;
      const next = special.exec(this.#at.text)?.index ?? this.#at.text.length;
      if (this.#at.position < next) this.#at.pushText(next - this.#at.position);
      if (next < this.#at.text.length && !this.#special()) this.#at.pushText(1);
    }
    return { run: this.#at.run, edits: this.#at.edits };
  }

  /** Handles what stands at the position and moves past it; false when it is text after all. */
  #special(): boolean {
    switch (this.#at.text[this.#at.position]) {
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
        this.#openings.push(this.#at.position + 1);
        return false;
      case ']':
        return this.#closingBracket();
      default:
        return this.#bareUrl();
    }
  }

  #escape(): boolean {
    const match = this.#at.match(ESCAPE);
    if (match === undefined) return false;
    // Behind a bare address the backslash belongs to the address, and the tag would be one.
    if (match[0] === '\\<' && this.#mayStart(1)) this.#at.edit(1, 1, '&lt;');
    this.#at.pushAs(match[0].slice(1), 2);
    return true;
  }

  #codeSpan(): boolean {
    const { length } = this.#at.match(TICKS)?.[0] ?? '`';
    const body = this.#at.position + length;
    if (this.#at.position < this.#loneTicksEnd) {
      this.#at.edit(0, length, '&#96;'.repeat(length));
      this.#at.pushText(length);
      return true;
    }
    if ((this.#lastTicks.get(length) ?? -1) < body) {
      this.#at.pushText(length);
      return true;
    }
    const closer = new RegExp(`(?<!\`)\`{${length}}(?!\`)`, 'g');
    closer.lastIndex = body;
    const end = (closer.exec(this.#at.text)?.index ?? body) + length;
    // Lines of code read as one line. As one they cannot come apart where GitHub sees a table's row or another block.
    for (const { index, 0: lineEnd } of this.#at.text.slice(this.#at.position, end).matchAll(/\n[ \t]*/g))
      this.#at.edit(index, lineEnd.length, ' ');
    this.#at.pushAs(OPAQUE, end - this.#at.position);
    return true;
  }

  #angle(): boolean {
    if (this.#at.position < this.#tailEnd) {
      if (/\S/.test(this.#at.text[this.#at.position + 1] ?? '')) this.#at.edit(0, 1, '&lt;');
      return false;
    }
    const tag = keptTagAt(this.#at.text, this.#at.position);
    if (tag !== undefined && this.#options.tags.accept(tag)) {
      // Alone on its line a tag may begin a block of HTML, in which nothing is code.
      if (this.#loose && this.#at.isLine(tag.length)) this.#at.edit(tag.length, 0, SPLIT);
      this.#at.pushAs(OPAQUE, tag.length);
      return true;
    }
    if (this.#comment()) return true;
    const autolink = this.#markdown ? this.#at.match(AUTOLINK) : undefined;
    if (autolink !== undefined) {
      const url = decodeCharacterReferences(autolink[1] ?? '');
      const inert = inertUrl(url, this.#options.ownRepository);
      if (!inert.startsWith('#')) {
        if (inert !== url) this.#at.edit(1, autolink[0].length - 2, inert);
        this.#at.pushAs(isThreadUrl(url) ? THREAD_LINK : OPAQUE, autolink[0].length);
        return true;
      }
    }
    // Anything else that an HTML parser could take for a tag is shown instead: `Promise<string>` reads right for once.
    if (this.#mayStart(0)) this.#at.edit(0, 1, '&lt;');
    return false;
  }

  /** Could a tag begin at the `<` there, or an address of mail with a backtick? */
  #mayStart(offset: number): boolean {
    if (/[A-Za-z/!?]/.test(this.#at.text[this.#at.position + offset + 1] ?? '')) return true;
    POINTED_WORD.lastIndex = this.#at.position + offset;
    return POINTED_WORD.exec(this.#at.text)?.[0].includes('`') === true;
  }

  /** A closed comment shows nothing, so it goes; whatever its two sides become together, the next pass judges. */
  #comment(): boolean {
    if (!this.#at.text.startsWith('<!--', this.#at.position) || this.#lastComment < this.#at.position + 4) return false;
    const length = this.#at.text.indexOf('-->', this.#at.position + 4) + 3 - this.#at.position;
    this.#at.edit(0, length, '');
    this.#at.skip(length);
    return true;
  }

  #reference(): boolean {
    const reference = characterReferenceAt(this.#at.text, this.#at.position);
    if (reference === undefined) return false;
    this.#at.pushAs(reference.text, reference.length);
    return true;
  }

  /** An image is fetched from wherever it lies as soon as somebody looks; a link waits to be clicked. */
  #image(): boolean {
    if (this.#at.text[this.#at.position + 1] !== '[') return false;
    const before = this.#at.text[this.#at.position - 1];
    const badge = before === '[' ? this.#at.match(BADGE) : undefined;
    if (badge !== undefined) {
      this.#at.edit(0, badge[0].length, badge[1]?.trim() === '' ? 'image' : (badge[1] ?? ''));
      this.#at.pushAs('', badge[0].length);
      return true;
    }
    const plain = this.#at.match(PLAIN_IMAGE);
    if (plain === undefined || before === '[') {
      // Part of something longer: taking the mark away could make a nested link of the rest.
      this.#at.edit(1, 0, SPLIT);
      return false;
    }
    this.#at.edit(0, 1, '');
    if (plain[1]?.trim() === '') this.#at.edit(2, plain[1].length, 'image');
    this.#at.pushAs('', 1);
    return true;
  }

  #closingBracket(): boolean {
    const words = this.#at.text.slice(this.#openings.pop() ?? this.#at.position, this.#at.position);
    const tail = this.#tails.read(this.#at.position);
    if (tail === undefined) return false;
    this.#enter(tail);
    const content = this.#at.text.slice(tail.content.from, tail.content.to);
    if (tail.kind !== 'label') return this.#address(tail, content, words);
    const url = this.#options.definitions.get(content);
    const host = url === undefined ? '' : this.#hosts.behind(words, url);
    if (host !== '') this.#at.edit(0, 0, host);
    return false;
  }

  /** Whether it is a link's tail is not asked: what would make a difference is encoded. */
  #enter({ to, isSure }: LinkTail): void {
    // One that ends with another was judged with it.
    if (this.#at.position < this.#tailEnd && to === this.#tailEnd) return;
    const crosses = this.#at.position < this.#tailEnd && this.#tailEnd < to;
    const isSame = isSure && !crosses && ticksPair(this.#at.text.slice(this.#at.position, to));
    if (!isSame) this.#loneTicksEnd = Math.max(this.#loneTicksEnd, this.#tailEnd, to);
    this.#tailEnd = Math.max(this.#tailEnd, to);
  }

  #address({ kind, content, isClosed }: LinkTail, written: string, words: string): boolean {
    const raw = (this.#at.position < this.#judgedTo ? NEAR_ADDRESS : ADDRESS).exec(written)?.[0] ?? '';
    if (raw === '') return false;
    const start = content.from - this.#at.position;
    const length = start + raw.length;
    this.#judgedTo = Math.max(this.#judgedTo, this.#at.position + length);
    const decoded = decodeDestination(raw);
    const inert = inertUrl(decoded, this.#options.ownRepository);
    const encoded = inert.replace(/[\s`<>()\\]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
    const defines = kind === 'definition';
    const host = defines && words.startsWith('^') ? '' : this.#hosts.behind(words, inert);
    // A label can be all that is seen of a link, and nothing fits into it: its definition becomes text, and is seen.
    if (host !== '') this.#at.edit(defines ? 1 : 0, 0, defines ? SPLIT : host);
    const changes = inert !== decoded || raw.startsWith('<') || raw.includes('`');
    if (changes) this.#at.edit(start, raw.length, encoded);
    else if (!isAbsoluteUrl(decoded) || /[[\]]/.test(raw) || !isClosed) return false;
    this.#at.pushText(1);
    this.#at.pushAs(isThreadUrl(decoded) ? THREAD_LINK : OPAQUE, length - 1);
    return true;
  }

  #bareUrl(): boolean {
    if (this.#markdown) this.#showBareHost();
    if (this.#markdown) this.#encodeTicks();
    const url = this.#at.match(BARE_URL)?.[0];
    if (url === undefined) return false;
    const inert = inertUrl(url, this.#options.ownRepository);
    // GitHub makes no links inside HTML blocks and brackets, nor of hosts without a dot: there it stays text.
    const linkable = this.#markdown && this.#openings.length === 0;
    const linked = linkable && isAbsoluteUrl(url) && /^https?:\/\/[^/?#]+\./i.test(url);
    if (inert !== url) this.#at.edit(0, url.length, inert);
    else if (!linked) return false;
    this.#at.pushAs(isThreadUrl(url) ? THREAD_LINK : OPAQUE, url.length);
    return true;
  }

  #showBareHost(): void {
    const address = this.#addresses.read(this.#at.position, this.#openings.length > 0);
    if (address.kind === 'deceptive') this.#at.edit(address.from, address.to - address.from, address.host);
    if (address.kind === 'disguised') this.#at.edit((this.#at.match(ADDRESS_HEAD)?.[0] ?? '').length, 0, SPLIT);
  }

  /** GitHub takes everything up to a blank or `<` as part of a bare address, and so a backtick in it opens no code. */
  #encodeTicks(): void {
    if (this.#at.position < this.#addressEnd) return;
    const [word = ''] = this.#at.match(WORD) ?? [];
    for (const { index } of word.matchAll(/`/g)) this.#at.edit(index, 1, '&#96;');
    this.#addressEnd = this.#at.position + word.length;
  }
}
