import { CODE_MARK } from './mask-code.ts';
import type { Count } from './removed.ts';

const START = /^ {0,3}\[\^([^\]\s]{1,999})\]:/;
const REFERENCE = /\[\^([^\]\s]{1,999})\](?!:)/g;
/** A heading or a block of code at the margin ends a footnote without a blank line. */
const INTERRUPTIONS = ['#', CODE_MARK];

interface Part {
  readonly label?: string;
  readonly lines: string[];
}

/** Removes footnotes that nothing which is shown refers to: GitHub does not show them. */
export function removeUnusedFootnotes(text: string, count: Count): string {
  if (!text.includes('[^')) return text;
  const parts = readParts(text);
  // Of several with one name the first counts.
  const notes = new Map<string, Part>();
  for (const part of parts) {
    if (part.label !== undefined && !notes.has(part.label)) notes.set(part.label, part);
  }
  const shown = new Set<Part>(parts.filter(({ label }) => label === undefined));
  // A footnote may refer to another: whatever is shown is read once.
  for (const part of shown) {
    for (const label of references(part)) {
      const note = notes.get(label);
      if (note !== undefined) shown.add(note);
    }
  }
  if (shown.size === parts.length) return text;
  count('footnote', parts.length - shown.size);
  return parts
    .filter((part) => shown.has(part))
    .flatMap(({ lines }) => lines)
    .join('');
}

function readParts(text: string): Part[] {
  const parts: Part[] = [{ lines: [] }];
  let blank = false;
  for (const line of text.split(/(?<=\n)/)) {
    const label = START.exec(line)?.[1]?.toLowerCase();
    const empty = line.trim() === '';
    const last = parts.at(-1);
    const leaves =
      !empty && ((blank && !/^(?: {4}|\t)/.test(line)) || INTERRUPTIONS.some((mark) => line.startsWith(mark)));
    if (label !== undefined) parts.push({ label, lines: [line] });
    else if (last?.label !== undefined && leaves) parts.push({ lines: [line] });
    else last?.lines.push(line);
    blank = empty;
  }
  return parts;
}

function references({ label, lines }: Part): string[] {
  const text = lines.join('');
  const body = label === undefined ? text : text.replace(START, '');
  return Array.from(body.matchAll(REFERENCE), ([, name = '']) => name.toLowerCase());
}
