import { headOf, type LineHead } from './line-head.ts';
import { BLOCK_MARK } from './mask-code.ts';
import type { Count } from './removed.ts';

const DEFINITION = /\[\^([^\] \t\r\n]+)\]:/g;
const REFERENCE = /(?<!\\)(?:\\\\)*\[\^([^\][ \t\r\n]+)\](?!:)/g;
/** What only looks like a reference: in a link's address, in a tag. */
const NO_REFERENCE = /\]\([ \t]*(?:<[^<>\n]*>|[^\s<)][^\s)]*)|<[a-z/][^<>]*>/gi;
/** A footnote's lines stand this far in, but for those that go on with a paragraph. */
const INDENT = 4;
/** What ends a paragraph without a blank line. CommonMark 0.31, 4 and 5. */
export const INTERRUPTION = new RegExp(
  String.raw`^(?:${BLOCK_MARK}|#{1,6}(?:\s|$)|[-+*][ \t]+\S|1[.)][ \t]+\S|(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$|~{3}|\x60{3,}[^\x60]*$)`,
);
const LIST_ITEM = /^(?:[-+*]|\d{1,9}[.)])(?:\s|$)/;

interface Note {
  readonly label: string;
  /** Lines from this column on belong to it whatever they are. */
  readonly indent: number;
  readonly quotes: number;
  readonly inList: boolean;
}

/** Some lines, or the end of one, that stand in a footnote or in none. */
interface Part {
  readonly note?: Note | undefined;
  readonly lines: string[];
  /** What stays when the footnote goes: the sign of a list is seen without its words too. */
  readonly kept: string;
}

/**
 * Removes footnotes that nothing which is shown refers to: GitHub does not show them.
 *
 * @param isNested whether lists or footnotes are opened, so that even a line far in may open one
 */
export function removeUnusedFootnotes(text: string, isNested: boolean, count: Count): string {
  if (!text.includes('[^')) return text;
  const parts = new FootnoteReader(isNested).read(text);
  const shown = shownNotes(parts);
  const hidden = new Set(parts.map(({ note }) => note).filter((note) => !shown.has(note)));
  if (hidden.size === 0) return text;
  count('footnote', hidden.size);
  return parts.map(({ note, lines, kept }) => (hidden.has(note) ? kept : lines.join(''))).join('');
}

/** Undefined stands for what is in no footnote. A footnote may refer to another: whatever is shown is read once. */
function shownNotes(parts: readonly Part[]): ReadonlySet<Note | undefined> {
  const notes = new Map<string, Note>();
  const partsOf = new Map<Note | undefined, Part[]>();
  for (const part of parts) {
    const { note } = part;
    // Of several with one name the first counts.
    if (note !== undefined && !notes.has(note.label)) notes.set(note.label, note);
    const others = partsOf.get(note);
    if (others === undefined) partsOf.set(note, [part]);
    else others.push(part);
  }
  const shown = new Set<Note | undefined>([undefined]);
  for (const from of shown) {
    for (const label of (partsOf.get(from) ?? []).flatMap(references)) {
      const note = notes.get(label);
      if (note !== undefined) shown.add(note);
    }
  }
  return shown;
}

function references({ lines }: Part): string[] {
  const text = lines.join('').replace(NO_REFERENCE, ' ');
  return Array.from(text.matchAll(REFERENCE), ([, label = '']) => label.toLowerCase());
}

/** Reads lines, and knows which footnotes, each in the one before it, are open. */
class FootnoteReader {
  readonly #isNested: boolean;
  readonly #parts: Part[] = [{ lines: [], kept: '' }];
  readonly #open: Note[] = [];
  #isBehindBlank = false;

  constructor(isNested: boolean) {
    this.#isNested = isNested;
  }

  read(text: string): Part[] {
    for (const line of text.split(/(?<=\n)/)) {
      const marks = line.includes('[^') ? Array.from(headOf(line).text.matchAll(DEFINITION)) : [];
      const before = headOf(line.slice(0, marks[0]?.index ?? 0));
      if (marks.length > 0 && (this.#isNested || !before.isFarIn)) this.#define(line, before, marks);
      else this.#goOn(line);
    }
    return this.#parts;
  }

  /** A line may define one footnote in another. */
  #define(line: string, before: LineHead, marks: readonly RegExpExecArray[]): void {
    this.#leave(line, true);
    const quotes = line.split('>').length - 1;
    const inList = /[-+*.)]/.test(before.text);
    const end = line.endsWith('\n') ? '\n' : '';
    let indent = (this.#open.at(-1)?.indent ?? 0) + before.least;
    marks.forEach(({ 1: label = '', index }, at) => {
      indent += INDENT;
      const note = { label: label.toLowerCase(), indent, quotes, inList };
      this.#open.push(note);
      const next = marks[at + 1]?.index;
      const sign = at === 0 && inList ? before.text : '';
      // The line's end goes with its beginning.
      const kept = sign + (next === undefined && (sign !== '' || at > 0) ? end : '');
      this.#parts.push({ note, lines: [line.slice(at === 0 ? 0 : index, next)], kept });
    });
    const last = marks.at(-1);
    this.#isBehindBlank = last !== undefined && line.slice(last.index + last[0].length).trim() === '';
  }

  #goOn(line: string): void {
    const isBlank = /^[\s>]*$/.test(line);
    if (!isBlank) this.#leave(line, false);
    this.#isBehindBlank = isBlank;
    const note = this.#open.at(-1);
    const last = this.#parts.at(-1);
    if (last !== undefined && (isBlank || last.note === note)) last.lines.push(line);
    else this.#parts.push({ note, lines: [line], kept: '' });
  }

  /** Ends the footnotes that this line is not in. */
  #leave(line: string, isDefinition: boolean): void {
    if (this.#open.length === 0) return;
    const lead = /^[ \t>]*/.exec(line)?.[0] ?? '';
    const { column } = headOf(lead);
    const rest = line.slice(lead.length).trimEnd();
    const quotes = lead.split('>').length - 1;
    for (let note = this.#open.at(-1); note !== undefined; note = this.#open.at(-1)) {
      const interrupts =
        isDefinition || quotes > note.quotes || INTERRUPTION.test(rest) || (note.inList && LIST_ITEM.test(rest));
      if (column >= note.indent || !(this.#isBehindBlank || interrupts)) return;
      this.#open.pop();
    }
  }
}
