import { hostOf, isDeceptiveHost } from './link-host.ts';

const START = /^(?:(?:https?|ftp):\/\/|www\.)/i;
/** No host is longer. */
const HOST = /^[\p{L}\p{M}\p{N}._-]{1,253}/u;
const LONGEST_START = 300;
const AUTHORITY_END = /[\s/?#<]/g;
/** Signs that look like the end of a host, and are none. */
const LIKE_AN_END = /^[\u2024\u2044\u2215\u2571\u27CB\u29F8\u2CC6\uA789\uFE68\uFF0F\uFF20\uFF3C]/u;

/** What to do with an address that stands in a text by itself, which GitHub makes a link of. */
export type BareAddress =
  | { readonly kind: 'plain' }
  /** The host is read as another one: it stands at `from` to `to`, and `host` is its punycode. */
  | { readonly kind: 'deceptive'; readonly from: number; readonly to: number; readonly host: string }
  /** It leads elsewhere than it seems to, and no spelling of it would say so: it must not be a link. */
  | { readonly kind: 'disguised' };

/** Reads the bare addresses of a text; asked from left to right, so that it is searched once. */
export class BareAddresses {
  readonly #text: string;
  #authorityEnd = -1;
  #at = -1;
  #wordsEnd = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * @param from where `http://`, `https://`, `ftp://` or `www.` begins
   * @param inWords whether it stands among a link's words, which `](` ends
   */
  read(from: number, inWords: boolean): BareAddress {
    const word = this.#text.slice(from, from + LONGEST_START);
    const start = START.exec(word)?.[0] ?? '';
    if (this.#hasUser(from + start.length, inWords)) return { kind: 'disguised' };
    const rest = word.slice(start.length);
    const name = HOST.exec(rest)?.[0] ?? '';
    if (LIKE_AN_END.test(rest.slice(name.length))) return { kind: 'disguised' };
    const host = hostOf(`https://${name}`);
    if (host === undefined || host === name.toLowerCase() || !isDeceptiveHost(host)) return { kind: 'plain' };
    return { kind: 'deceptive', from: start.length, to: start.length + name.length, host };
  }

  /**
   * Up to `@` all is a user and a password for browsers, whatever host it is the name of. GitHub writes a backslash as
   * `%5C`, so that it ends no host either.
   */
  #hasUser(from: number, inWords: boolean): boolean {
    if (this.#at < from) this.#at = this.#next('@', from);
    if (this.#wordsEnd < from) this.#wordsEnd = this.#next('](', from);
    if (this.#authorityEnd < from) {
      AUTHORITY_END.lastIndex = from;
      this.#authorityEnd = AUTHORITY_END.exec(this.#text)?.index ?? this.#text.length;
    }
    return this.#at < this.#authorityEnd && !(inWords && this.#wordsEnd < this.#at);
  }

  #next(mark: string, from: number): number {
    const index = this.#text.indexOf(mark, from);
    return index === -1 ? this.#text.length : index;
  }
}
