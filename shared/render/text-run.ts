import type { Edit } from './edits.ts';

/** Stands in a run for code and tags: text on its two sides does not touch. */
export const OPAQUE = '\u0001';
/** Stands in a run for the address of an issue or pull request. */
export const THREAD_LINK = '\uFFFC';

/** What a reader sees of a leaf, decoded, with the way back from each character to its place in the source. */
export class TextRun {
  #text = '';
  readonly #parts: string[] = [];
  readonly #ends: number[] = [];

  /** Adds `text`, all of which ends at `sourceEnd`. */
  push(text: string, sourceEnd: number): void {
    this.#parts.push(text);
    for (let i = 0; i < text.length; i++) this.#ends.push(sourceEnd);
  }

  /** Adds a stretch of the source that reads as it is written. */
  pushPlain(text: string, sourceStart: number): void {
    this.#parts.push(text);
    for (let i = 1; i <= text.length; i++) this.#ends.push(sourceStart + i);
  }

  get text(): string {
    if (this.#parts.length > 0) this.#text += this.#parts.splice(0).join('');
    return this.#text;
  }

  /** An insertion into the source right after the character at `index` of the run. */
  insertAfter(index: number, insert: string): Edit {
    const at = this.#ends[index] ?? 0;
    return { from: at, to: at, insert };
  }
}
