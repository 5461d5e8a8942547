import { removeBoundary } from './boundary-mark.ts';
import { removeUnusedFootnotes } from './footnotes.ts';
import { removeHiddenHtml } from './hidden-html.ts';
import { removeHiddenLabels } from './hidden-labels.ts';
import { removeHiddenFromDoubtfulFences, removeHiddenFromFence } from './hidden-in-fences.ts';
import { removeHiddenFromMathCode, removeHiddenMath } from './hidden-math.ts';
import { removeHiddenLinkWords } from './hidden-link-words.ts';
import { removeInvisible } from './invisible.ts';
import { removeInvisibleReferences } from './invisible-references.ts';
import { isPlain } from './is-plain.ts';
import { hasNesting } from './line-head.ts';
import { removeHiddenDefinitions } from './link-definitions.ts';
import { maskCode } from './mask-code.ts';
import type { Count, Removed, RemovedKind } from './removed.ts';
import { removeExtraCells, tableRows } from './table-rows.ts';

export interface CleanText {
  readonly text: string;
  /** What was taken out, by kind; empty when nothing was. */
  readonly removed: readonly Removed[];
}

const LONE_RETURN = /\r(?!\n)/g;
/** Taking something out can make something else whole. Texts that were not made for it need two or three passes. */
const MAX_PASSES = 12;

/**
 * Takes out of text by strangers what GitHub does not show to people but a model would read: comments, scripts, invisible
 * and direction-changing characters, attributes, titles and alternative texts, definitions and footnotes that nothing
 * refers to, parts of formulas that are drawn as nothing, words behind a fence, what a diagram does not draw, cells beyond
 * a table's columns, and our own boundary.
 * What people can see stays, byte for byte. Code is seen, so only invisible characters and our boundary are taken out of it.
 * A lone carriage return becomes the end of a line that it is. Cleaning a clean text changes nothing.
 */
export function cleanUntrusted(text: string): CleanText {
  if (isPlain(text)) return { text, removed: [] };
  const counts = new Map<RemovedKind, number>();
  const count: Count = (kind, more) => {
    if (more > 0) counts.set(kind, (counts.get(kind) ?? 0) + more);
  };
  let current = text;
  let settled = false;
  for (let pass = 0; pass < MAX_PASSES && !settled; pass++) {
    const cleaned = cleanOnce(current, count);
    settled = cleaned === current;
    current = cleaned;
  }
  if (!settled) current = untangle(current, count);
  return { text: current, removed: Array.from(counts, ([kind, number]) => ({ kind, count: number })) };
}

/**
 * Reads the text as GitHub does, with its invisible characters and our boundary in their places: without them a fence or
 * the end of a comment may stand where GitHub sees none. They go last, and the next pass reads what a model would.
 */
function cleanOnce(text: string, count: Count): string {
  // Alone, it ends a line of Markdown as well, but not one of our patterns.
  const lines = text.replace(LONE_RETURN, '\n');
  const isNested = hasNesting(lines);
  const code = maskCode(lines, {
    fence: (block) => removeHiddenFromFence(block, count),
    math: (formula) => removeHiddenFromMathCode(formula, count),
  });
  // HTML first: the words behind what looks like a fence may open a comment, whose end is on a line further down.
  const html = removeHiddenHtml(code.text, tableRows(code.text, isNested), count);
  const tables = removeExtraCells(html, isNested, count);
  const fenced = removeHiddenFromDoubtfulFences(tables, isNested, count);
  const links = removeHiddenDefinitions(removeUnusedFootnotes(fenced, isNested, count), count);
  const words = removeHiddenLinkWords(links.text, links.defined, count);
  const math = removeHiddenMath(removeHiddenLabels(words, code.text, count), count);
  const referenced = removeInvisibleReferences(math);
  count('invisible_character', referenced.count);
  return removeBoundary(withoutInvisible(code.unmask(referenced.text), count), count);
}

function withoutInvisible(text: string, count: Count): string {
  const seen = removeInvisible(text);
  count('invisible_character', seen.invisible);
  count('bidi_control', seen.bidi);
  return seen.text;
}

/**
 * The end of a text that was made not to settle: every mark that HTML, links, references, formulas, fences and cells begin
 * with goes, in code too. No pass finds anything in what is left, so this is a fixed point as well, reached in linear time.
 */
function untangle(text: string, count: Count): string {
  const marks = /[<[&$|\\%`~]/g;
  const plain = text.replace(marks, () => {
    count('tangled_markup', 1);
    return ' ';
  });
  return withoutInvisible(plain, count);
}
