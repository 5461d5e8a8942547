import { strictTagEnd } from './html-syntax.ts';
import { gapEnd, inlineAddressEnd, titleEnd } from './link-syntax.ts';
import type { Count } from './removed.ts';

/** A bracket inside of HTML, or of an address between `<` and `>`, is none. */
const TOKEN = /\\[\\[\]!<]|!?\[|\]|<(?=[a-z/])|\n(?=[ \t]*\r?\n)/gi;
/** An e-mail's address holds no brackets. */
const TAG_OR_ADDRESS = /<(?:[a-z][a-z0-9+.-]{1,31}:|\/?[a-z][a-z0-9-]*(?:\s|\/?>))/iy;
const LABEL = /\[((?:[^[\]\\]|\\[^]){0,999})\]/y;
/** What GitHub writes itself for a file that was dropped into a comment. */
const USUAL_ALT = /^image$/i;

interface Opening {
  readonly index: number;
  readonly inside: number;
  readonly image: boolean;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/**
 * Removes words that links and images carry but do not show: what stands in for an image, titles, and links around
 * nothing. `defined` says whether a label has a definition; `![words]` of one is an image.
 */
export function removeHiddenLinkWords(text: string, defined: (label: string) => boolean, count: Count): string {
  if (!text.includes('](') && !text.includes('![')) return text;
  const edits: Edit[] = [];
  const open: Opening[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const { 0: mark, index } = token;
    if (mark === '\n') open.length = 0;
    else if (mark === '<') TOKEN.lastIndex = bracketsEnd(text, index) ?? index + 1;
    else if (mark.endsWith('[') && !mark.startsWith('\\')) {
      open.push({ index, inside: index + mark.length, image: mark.startsWith('!') });
    } else if (mark === ']') {
      const opening = open.pop();
      if (opening !== undefined) TOKEN.lastIndex = readLink({ text, opening, closing: index, defined, count, edits });
    }
  }
  return withEdits(text, edits);
}

interface Link {
  readonly text: string;
  readonly opening: Opening;
  readonly closing: number;
  readonly defined: (label: string) => boolean;
  readonly count: Count;
  readonly edits: Edit[];
}

/** Returns where reading goes on. */
function readLink(link: Link): number {
  const { text, opening, closing, count, edits } = link;
  const after = closing + 1;
  const tail = tailAt(text, after);
  if (tail === undefined) return opening.image ? readNamedImage(link) : after;
  const { end, title } = tail;
  const words = text.slice(opening.inside, closing);
  if (!opening.image && words.trim() === '') {
    count('empty_link', 1);
    edits.push({ from: opening.index, to: end, insert: ' ' });
    return end;
  }
  if (opening.image) removeAlternative(link, words);
  if (title !== undefined) {
    count('link_title', 1);
    edits.push({ ...title, insert: '' });
  }
  return end;
}

interface Tail {
  readonly end: number;
  /** With the blanks before it. */
  readonly title?: { readonly from: number; readonly to: number };
}

/** `(address "title")`. CommonMark 0.31, 6.3, "inline link". */
function tailAt(text: string, at: number): Tail | undefined {
  if (text.charAt(at) !== '(') return undefined;
  const from = inlineAddressEnd(text, gapEnd(text, at + 1));
  if (from === undefined) return undefined;
  const gap = gapEnd(text, from);
  if (text.charAt(gap) === ')') return { end: gap + 1 };
  const to = gap === from ? undefined : titleEnd(text, gap);
  if (to === undefined) return undefined;
  const end = gapEnd(text, to);
  return text.charAt(end) === ')' ? { end: end + 1, title: { from, to } } : undefined;
}

/** Where the HTML or the address ends that begins at `at`, or undefined when its `<` is text. */
function bracketsEnd(text: string, at: number): number | undefined {
  TAG_OR_ADDRESS.lastIndex = at;
  return TAG_OR_ADDRESS.test(text) ? strictTagEnd(text, at) : undefined;
}

/** `![words][label]`, `![label][]`, `![label]`: in the last two, the words cannot go without the image. */
function readNamedImage(link: Link): number {
  const { text, opening, closing, defined, count, edits } = link;
  const words = text.slice(opening.inside, closing);
  const after = closing + 1;
  LABEL.lastIndex = after;
  const named = LABEL.exec(text);
  const label = named?.[1] ?? '';
  if (!defined(label === '' ? words : label)) return after;
  const end = after + (named?.[0].length ?? 0);
  if (label === '') {
    count('image_text', 1);
    edits.push({ from: opening.index, to: end, insert: ' ' });
  } else removeAlternative(link, words);
  return end;
}

function removeAlternative({ opening, closing, count, edits }: Link, words: string): void {
  if (words === '' || USUAL_ALT.test(words)) return;
  count('image_text', 1);
  edits.push({ from: opening.inside, to: closing, insert: '' });
}

/** An edit that lies inside another goes with it. */
function withEdits(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  const kept: string[] = [];
  let position = 0;
  for (const { from, to, insert } of edits.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (from < position) continue;
    kept.push(text.slice(position, from), insert);
    position = to;
  }
  kept.push(text.slice(position));
  return kept.join('');
}
