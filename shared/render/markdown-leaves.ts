import type { Tree } from '@lezer/common';
import { parseBlocks } from './block-parser.ts';
import { emptyItemEdits, listMarkEdits, tabEdits, type Stretch } from './block-edits.ts';
import type { Edit } from './edits.ts';
import { cellsOf } from './table-cells.ts';

/** A stretch of Markdown whose content a reader sees as text: a paragraph, a heading, a table cell, a block of HTML. */
export interface Leaf {
  /** In a block of HTML, Markdown has no meaning: no code spans, no escapes, no links. */
  readonly kind: 'markdown' | 'html';
  /** Offset of `text` in the source. */
  readonly from: number;
  /** The source with quote and heading marks blanked out, so that offsets stay true. */
  readonly text: string;
  /** GitHub may see another block begin at any of its lines, which we do not. */
  readonly isLoose: boolean;
}

export interface MarkdownBlocks {
  readonly leaves: readonly Leaf[];
  /** What makes GitHub's parser see the same blocks. */
  readonly edits: readonly Edit[];
  /** The fence that would close a code block left open at the top level, else ''. */
  readonly openFence: string;
  /** Deepest nesting of quotes and lists. */
  readonly depth: number;
}

const MARKDOWN_LEAF = /^(?:Paragraph|ATXHeading\d|SetextHeading\d|FootnoteLabel)$/;
const CONTAINER = /^(?:Blockquote|ListItem|Footnote)$/;
const BLANKED_MARK = /^(?:QuoteMark|HeaderMark)$/;
/** A line in no paragraph, with nothing before it but blanks and marks. */
const BEHIND_EMPTY_LINE = /(?:^|(?:^|\n)[ \t>]*\n)[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t>]+)*$/;

interface SyntaxNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly firstChild: SyntaxNode | null;
  readonly nextSibling: SyntaxNode | null;
}

/** Splits Markdown (CommonMark, GFM tables and footnotes) into the leaves that hold readable text. Code blocks are left out. */
export function readBlocks(source: string): MarkdownBlocks {
  const leaves: Leaf[] = [];
  const edits: Edit[] = [];
  // In no quote, so that no marks stand before its lines.
  const code: Stretch[] = [];
  let openFence = '';
  let quotes = 0;
  let depth = 0;
  let deepest = 0;
  const lineStart = lineStartsIn(source);
  const visit: Parameters<Tree['iterate']>[0] = {
    enter(reference) {
      const { name } = reference;
      if (name === 'Blockquote') quotes++;
      if (CONTAINER.test(name)) deepest = Math.max(deepest, ++depth);
      if (name === 'FencedCode' && depth === 0) openFence = missingFence(reference.node, source);
      const { from, to } = reference;
      if (name === 'ListMark') edits.push(...emptyItemEdits(source, to));
      const kind = kindOf(reference, source);
      if (kind === 'container') return true;
      if (kind === 'code' && quotes === 0) code.push({ from, to });
      if (kind === 'code') return false;
      const text = blankMarks(reference.node, source);
      const column = depth > 0 ? from - lineStart(from) : 0;
      const { parts, escapes } = kind === 'html' ? { parts: [], escapes: [] } : cellsOf(text, column);
      edits.push(...escapes.map((at) => ({ from: from + at, to: from + at, insert: '\\' })));
      if (kind === 'html') leaves.push({ kind, from, text, isLoose: false });
      for (const { inTable, isCell, ...part } of parts)
        leaves.push({ kind, text: part.text, from: from + part.from, isLoose: inTable ? !isCell : depth > 0 });
      if (name === 'Paragraph' && (depth > 0 || parts.length > 1)) edits.push(...listMarkEdits(text, from));
      return false;
    },
    leave({ name }) {
      if (name === 'Blockquote') quotes--;
      if (CONTAINER.test(name)) depth--;
    },
  };
  for (const blocks of parseBlocks(source)) {
    if (blocks === undefined) return { leaves: [], edits: [], openFence: '', depth: Infinity };
    blocks.iterate(visit);
  }
  edits.push(...tabEdits(source, code));
  return { leaves, edits, openFence, depth: deepest };
}

/** Tells where the line of an offset begins. Asked for ascending offsets, it reads the text once, however long its lines. */
function lineStartsIn(source: string): (offset: number) => number {
  let [start, read] = [0, 0];
  return (offset) => {
    const lineEnd = source.slice(read, offset).lastIndexOf('\n');
    if (lineEnd !== -1) start = read + lineEnd + 1;
    read = offset;
    return start;
  };
}

function kindOf({ name, from }: { name: string; from: number }, source: string): Leaf['kind'] | 'code' | 'container' {
  if (name === 'FencedCode') return 'code';
  // GitHub may see it as a paragraph's next line: what it sees as list items and quotes is not always what we see.
  if (name === 'CodeBlock') return isBehindEmptyLine(source, from) ? 'code' : 'markdown';
  if (name === 'HTMLBlock') return 'html';
  return MARKDOWN_LEAF.test(name) ? 'markdown' : 'container';
}

function isBehindEmptyLine(source: string, from: number): boolean {
  const line = source.lastIndexOf('\n', from - 1);
  const before = line < 1 ? 0 : source.lastIndexOf('\n', line - 1) + 1;
  return BEHIND_EMPTY_LINE.test(source.slice(before, from));
}

function missingFence(code: SyntaxNode, source: string): string {
  const marks = children(code).filter((child) => child.name === 'CodeMark');
  const [opening] = marks;
  return opening !== undefined && marks.length === 1 ? source.slice(opening.from, opening.to) : '';
}

function blankMarks(leaf: SyntaxNode, source: string): string {
  const parts: string[] = [];
  let position = leaf.from;
  for (const child of children(leaf)) {
    if (!BLANKED_MARK.test(child.name)) continue;
    parts.push(source.slice(position, child.from), ' '.repeat(child.to - child.from));
    position = child.to;
  }
  parts.push(source.slice(position, leaf.to));
  return parts.join('');
}

function children(parent: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}
