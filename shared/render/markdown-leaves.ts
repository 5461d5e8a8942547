import { parseBlocks } from './block-parser.ts';

/** A stretch of Markdown whose content a reader sees as text: a paragraph, a heading, a table cell, a block of HTML. */
export interface Leaf {
  /** In a block of HTML, Markdown has no meaning: no code spans, no escapes, no links. */
  readonly kind: 'markdown' | 'html';
  /** Offset of `text` in the source. */
  readonly from: number;
  /** The source with quote and heading marks blanked out, so that offsets stay true. */
  readonly text: string;
}

export interface MarkdownBlocks {
  readonly leaves: readonly Leaf[];
  /** The fence that would close a code block left open at the top level, else ''. */
  readonly openFence: string;
  /** Deepest nesting of quotes and lists. */
  readonly depth: number;
}

const MARKDOWN_LEAF = /^(?:Paragraph|ATXHeading\d|SetextHeading\d|TableCell|Task)$/;
const HTML_LEAF = /^(?:HTMLBlock|CommentBlock|ProcessingInstructionBlock)$/;
const CONTAINER = /^(?:Blockquote|ListItem)$/;
const BLANKED_MARK = /^(?:QuoteMark|HeaderMark)$/;

interface SyntaxNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly firstChild: SyntaxNode | null;
  readonly nextSibling: SyntaxNode | null;
}

/** Splits Markdown (CommonMark and GFM tables) into the leaves that hold readable text. Code blocks are left out. */
export function readBlocks(source: string): MarkdownBlocks {
  const leaves: Leaf[] = [];
  let openFence = '';
  let depth = 0;
  let deepest = 0;
  const blocks = parseBlocks(source);
  if (blocks === undefined) return { leaves, openFence, depth: Infinity };
  blocks.iterate({
    enter(reference) {
      const { name } = reference;
      if (CONTAINER.test(name)) deepest = Math.max(deepest, ++depth);
      if (name === 'FencedCode' && depth === 0) openFence = missingFence(reference.node, source);
      if (name === 'FencedCode' || name === 'CodeBlock') return false;
      const kind = MARKDOWN_LEAF.test(name) ? 'markdown' : HTML_LEAF.test(name) ? 'html' : undefined;
      if (kind === undefined) return true;
      leaves.push({ kind, from: reference.from, text: blankMarks(reference.node, source) });
      return false;
    },
    leave({ name }) {
      if (CONTAINER.test(name)) depth--;
    },
  });
  return { leaves, openFence, depth: deepest };
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
