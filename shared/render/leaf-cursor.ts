import type { Edit } from './edits.ts';
import { TextRun } from './text-run.ts';

/** A place in a leaf's source that moves from left to right, and what was made of the source so far. */
export class LeafCursor {
  readonly text: string;
  /** What a reader sees of the source up to the position. */
  readonly run = new TextRun();
  /** Of the whole document, not of the leaf. */
  readonly edits: Edit[] = [];
  readonly #from: number;
  #position = 0;

  /** @param from Where the leaf begins in its document. */
  constructor(text: string, from: number) {
    this.text = text;
    this.#from = from;
  }

  get position(): number {
    return this.#position;
  }

  /** What the pattern finds right here; it is sticky. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.text) ?? undefined;
  }

  /** Whether the next `length` characters stand alone on their line. */
  isLine(length: number): boolean {
    // Its end first: behind each of many on one line, the way back to where that begins would be long.
    if (!/^[ \t]*(?:\n|$)/.test(this.text.slice(this.#position + length))) return false;
    const line = this.text.lastIndexOf('\n', this.#position) + 1;
    return this.text.slice(line, this.#position).trim() === '';
  }

  /** Moves past `length` characters that a reader sees as they are. */
  pushText(length: number): void {
    const start = this.#position;
    this.#position += length;
    this.run.pushPlain(this.text.slice(start, this.#position), this.#from + start);
  }

  /** Moves past `length` characters of the source which a reader sees as `text`. */
  pushAs(text: string, length: number): void {
    this.#position += length;
    this.run.push(text, this.#from + this.#position);
  }

  /** Moves past what is taken out. */
  skip(length: number): void {
    this.#position += length;
  }

  /** Replaces `length` characters that begin `offset` behind the position. */
  edit(offset: number, length: number, insert: string): void {
    const from = this.#from + this.#position + offset;
    this.edits.push({ from, to: from + length, insert });
  }
}
