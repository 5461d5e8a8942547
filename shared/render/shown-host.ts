import { hostOf, isDeceptiveHost } from './link-host.ts';
import { isMisleading } from './link-words.ts';

/** Characters of words that are looked at, for each character of the text: brackets in brackets share theirs. */
const LOOKS = 8;
const LEAST_LOOKS = 4_000;

/** Decides for the links of a text which of them have to say in full where they lead. */
export class ShownHost {
  #left: number;

  constructor(textLength: number) {
    this.#left = LOOKS * textLength + LEAST_LOOKS;
  }

  /**
   * What belongs behind a link's words: the host it leads to, when the words read like another one's address or the host
   * itself is read as another. Empty when nothing does, or the words end with it already. Where links were nested to make
   * this take long, every one says its host.
   */
  behind(words: string, url: string): string {
    const host = hostOf(url);
    if (host === undefined) return '';
    const shown = ` (${host.replace(/[^\w.:-]/g, (c) => (c === '[' || c === ']' ? '' : encodeURIComponent(c)))})`;
    if (words.endsWith(shown)) return '';
    this.#left -= words.length;
    return this.#left < 0 || isDeceptiveHost(host) || isMisleading(words, host) ? shown : '';
  }
}
