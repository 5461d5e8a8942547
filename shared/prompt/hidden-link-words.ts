import { type Brackets, readBrackets } from './brackets.ts';
import { inlineTailAt } from './link-syntax.ts';
import type { Count } from './removed.ts';
import { type Edit, withEdits } from './with-edits.ts';

const LABEL = /\[((?:[^[\]\\]|\\[^]){0,999})\]/y;
/** What GitHub writes itself for a file that was dropped into a comment. */
const USUAL_ALT = /^image$/i;

/**
 * Removes words that links and images carry but do not show: what stands in for an image, titles, and links around
 * nothing. `defined` says whether a label has a definition; `![words]` of one is an image.
 */
export function removeHiddenLinkWords(text: string, defined: (label: string) => boolean, count: Count): string {
  if (!text.includes('](') && !text.includes('![')) return text;
  const edits: Edit[] = [];
  readBrackets(text, (brackets) => readLink({ ...brackets, text, defined, count, edits }));
  return withEdits(text, edits);
}

interface Link extends Brackets {
  readonly text: string;
  readonly defined: (label: string) => boolean;
  readonly count: Count;
  readonly edits: Edit[];
}

/** Returns where reading goes on. */
function readLink(link: Link): number {
  const { text, index, inside, closing, image, count, edits } = link;
  const after = closing + 1;
  const tail = inlineTailAt(text, after);
  if (tail === undefined) return image ? readNamedImage(link) : after;
  const { end, title } = tail;
  const words = text.slice(inside, closing);
  if (!image && words.trim() === '') {
    count('empty_link', 1);
    edits.push({ from: index, to: end, insert: ' ' });
    return end;
  }
  if (image) removeAlternative(link, words);
  if (title !== undefined) {
    count('link_title', 1);
    edits.push({ ...title, insert: '' });
  }
  return end;
}

/** `![words][label]`, `![label][]`, `![label]`: in the last two, the words cannot go without the image. */
function readNamedImage(link: Link): number {
  const { text, index, inside, closing, defined, count, edits } = link;
  const words = text.slice(inside, closing);
  const after = closing + 1;
  LABEL.lastIndex = after;
  const named = LABEL.exec(text);
  const label = named?.[1] ?? '';
  if (!defined(label === '' ? words : label)) return after;
  const end = after + (named?.[0].length ?? 0);
  if (label === '') {
    count('image_text', 1);
    edits.push({ from: index, to: end, insert: ' ' });
  } else removeAlternative(link, words);
  return end;
}

function removeAlternative({ inside, closing, count, edits }: Link, words: string): void {
  if (words === '' || USUAL_ALT.test(words)) return;
  count('image_text', 1);
  edits.push({ from: inside, to: closing, insert: '' });
}
