import { LINE_HEAD } from './line-head.ts';
import { gapEnd, inlineTailAt, pointedEnd, titleEnd } from './link-syntax.ts';
import type { Count } from './removed.ts';

const LABEL = String.raw`\[(?!\^)((?:[^[\]\\]|\\[^]){1,999})\]`;
/** Of a task in a list; what follows it may be a definition. */
const CHECKBOX = String.raw`(?:(?<=(?:[-+*]|\d[.)])[ \t]+)\[[ xX]\][ \t]+)?`;
const ADDRESS = /[^ \t\r\n<][^ \t\r\n]*/y;
/** What is left of pointed brackets when a part of them was taken for HTML. */
const REST_OF_POINTED = /[^<>\r\n]*>/y;
const LINE_END = /[ \t]*(?:\r?\n|$)/y;
let opening: RegExp | undefined;
let reference: RegExp | undefined;

export interface Definitions {
  readonly text: string;
  /** Whether a definition with this label is left. */
  readonly defined: (label: string) => boolean;
}

/** What stands between `from` and `to`, its line's end included. */
interface Definition {
  readonly from: number;
  readonly to: number;
  /** Of quotes, lists and footnotes, before it. */
  readonly marks: string;
  readonly label: string;
  /** Where the address ends. */
  readonly bare: number;
  readonly isTitled: boolean;
}

/**
 * Removes the link definitions that show nothing: those that no `[label]` outside code and definitions refers to, like
 * `[//]: # (a comment in disguise)`. Of those that are used their titles go. Footnotes are not links: see footnotes.ts.
 */
export function removeHiddenDefinitions(text: string, count: Count): Definitions {
  if (!text.includes(']:')) return { text, defined: () => false };
  const definitions = definitionsIn(text);
  const used = labelsUsed(without(text, definitions, () => '\n'));
  const left = new Set<string>();
  const kept = without(text, definitions, ({ from, to, marks, label, bare, isTitled }) => {
    const lineEnd = text.charAt(to - 1) === '\n' ? '\n' : '';
    if (!used.has(normalLabel(label))) {
      count('link_definition', 1);
      // The sign of a list is seen without its words too.
      return /[^\s>]/.test(marks) ? marks + lineEnd : '';
    }
    left.add(normalLabel(label));
    if (!isTitled) return text.slice(from, to);
    count('link_title', 1);
    return text.slice(from, bare) + lineEnd;
  });
  return { text: kept, defined: (label) => left.has(normalLabel(label)) };
}

/** Where the labels of the definitions stand, without their brackets. */
export function labelSpans(text: string): { readonly from: number; readonly to: number; readonly label: string }[] {
  return definitionsIn(text).map(({ from, marks, label }) => {
    const start = from + marks.length + 1;
    return { from: start, to: start + label.length, label };
  });
}

function definitionsIn(text: string): Definition[] {
  opening ??= new RegExp(`^(${LINE_HEAD}${CHECKBOX})${LABEL}:`, 'gm');
  opening.lastIndex = 0;
  const found: Definition[] = [];
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const { 0: head, 1: marks = '', 2: label = '', index: from } = match;
    const rest = restOf(text, gapEnd(text, from + head.length));
    if (rest === undefined) continue;
    found.push({ from, marks, label, ...rest });
    opening.lastIndex = rest.to;
  }
  return found;
}

/** What follows the label; undefined when it makes no definition. A title that is none stays a line of text. */
function restOf(text: string, at: number): Rest | undefined {
  const pointed = pointedEnd(text, at);
  if (pointed === undefined) return restBehind(text, plainEnd(text, at));
  return restBehind(text, pointed) ?? restBehind(text, endOf(REST_OF_POINTED, text, pointed));
}

type Rest = Pick<Definition, 'bare' | 'to' | 'isTitled'>;

function restBehind(text: string, bare: number | undefined): Rest | undefined {
  if (bare === undefined) return undefined;
  const gap = gapEnd(text, bare);
  const title = gap === bare ? undefined : titleEnd(text, gap);
  const titled = title === undefined ? undefined : endOf(LINE_END, text, title);
  if (titled !== undefined) return { bare, to: titled, isTitled: true };
  const to = endOf(LINE_END, text, bare);
  return to === undefined ? undefined : { bare, to, isTitled: false };
}

/** A link that begins in what looks like an address, and ends further down, stays one. */
function plainEnd(text: string, at: number): number | undefined {
  const end = endOf(ADDRESS, text, at);
  const link = end === undefined ? -1 : text.slice(at, end).lastIndexOf('](');
  const tail = link === -1 ? undefined : inlineTailAt(text, at + link + 1);
  return tail !== undefined && end !== undefined && tail.end > end ? undefined : end;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  return found === undefined ? undefined : at + found.length;
}

function without(text: string, definitions: readonly Definition[], instead: (each: Definition) => string): string {
  const kept: string[] = [];
  let position = 0;
  for (const definition of definitions) {
    kept.push(text.slice(position, definition.from), instead(definition));
    position = definition.to;
  }
  kept.push(text.slice(position));
  return kept.join('');
}

function labelsUsed(text: string): Set<string> {
  reference ??= new RegExp(String.raw`\\[^]|${LABEL}`, 'g');
  const used = new Set<string>();
  for (const [, label] of text.matchAll(reference)) if (label !== undefined) used.add(normalLabel(label));
  return used;
}

/** Labels match without regard to case, blanks and the marks of quotes. CommonMark 0.31, "matches". */
export function normalLabel(label: string): string {
  return (
    label
      // A bar in a table's cell is written so.
      .replaceAll('\\|', '|')
      .replace(/\n[ \t>]*/g, ' ')
      .trim()
      .replace(/\s+/g, ' ')
      // Both, for letters like ẞ, which have one of the two only.
      .toLowerCase()
      .toUpperCase()
  );
}
