/** Tags that GitHub users write in prose and that can neither load, link, style nor hide anything. */
const KEPT = /<(\/?)(details|summary|br|hr|sub|sup|kbd|ins|del)(?:\s+open)?\s{0,9}\/?>/iy;
const VOID_TAGS = new Set(['br', 'hr']);

/** A tag of the allow-list that starts at `index`, with no attribute but `open`. */
export function keptTagAt(text: string, index: number): { name: string; closes: boolean; length: number } | undefined {
  KEPT.lastIndex = index;
  const match = KEPT.exec(text);
  if (match === null) return undefined;
  return { name: (match[2] ?? '').toLowerCase(), closes: match[1] === '/', length: match[0].length };
}

/** Keeps the pairs of tags balanced over a whole document, so that what follows it is not drawn into an open one. */
export class TagBalance {
  readonly #open: string[] = [];
  readonly #acceptsNone: boolean;

  constructor(acceptsNone: boolean) {
    this.#acceptsNone = acceptsNone;
  }

  /** False when the tag closes what is not open, or not innermost, or when none is accepted. */
  accept(tag: { readonly name: string; readonly closes: boolean }): boolean {
    if (this.#acceptsNone) return false;
    if (VOID_TAGS.has(tag.name)) return !tag.closes;
    if (!tag.closes) {
      this.#open.push(tag.name);
      return true;
    }
    if (this.#open.at(-1) !== tag.name) return false;
    this.#open.pop();
    return true;
  }

  /** How many pairs are open. */
  get depth(): number {
    return this.#open.length;
  }

  /** The closing tags that are missing, innermost first. */
  missing(): string {
    return this.#open
      .toReversed()
      .map((name) => `</${name}>`)
      .join('');
  }
}
