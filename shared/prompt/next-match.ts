export interface Match {
  readonly index: number;
  readonly end: number;
}

/**
 * Finds where a pattern matches next, for a reader that only moves forward. What was found, or that there is nothing
 * more, is remembered: however often it is asked, the text is searched once.
 */
export class NextMatch {
  readonly #text: string;
  readonly #pattern: RegExp;
  #from = 0;
  #found: Match | undefined = { index: -1, end: -1 };

  /** `pattern` without flags but `i`. */
  constructor(text: string, pattern: RegExp) {
    this.#text = text;
    this.#pattern = new RegExp(pattern.source, `${pattern.flags}g`);
  }

  /** The first match at or after `from`, or undefined. */
  after(from: number): Match | undefined {
    if (from >= this.#from && (this.#found === undefined || this.#found.index >= from)) return this.#found;
    this.#from = from;
    this.#pattern.lastIndex = from;
    const match = this.#pattern.exec(this.#text);
    this.#found = match === null ? undefined : { index: match.index, end: match.index + match[0].length };
    return this.#found;
  }
}
