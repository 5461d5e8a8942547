import type { Tree } from '@lezer/common';
import { BLOCK_MARK } from '../../render/block-mark.ts';
import { parseBlocks } from '../../render/block-parser.ts';
import { hiddenSpans } from './hidden-spans.ts';

/** A line that begins with our word where a reader sees it as the writer's own text. */
export interface CommandLine {
  /** Offset of the line's first character. */
  readonly from: number;
  /** Offset behind our word. */
  readonly headFrom: number;
  /** Offset of the line's end, without its line break. */
  readonly to: number;
  /** Markdown joined the line to the quote above it. */
  readonly quoted: boolean;
}

const COMMAND_LINE = /(?<=^|\n)( {0,3})\/rebyte(?![^\s])/gi;
const LEAF = /^(?:Paragraph|ATXHeading\d|SetextHeading\d)$/;
const NOT_TEXT = /^(?:FencedCode|CodeBlock|HTMLBlock)$/;
/** More marks on one line than anybody writes; the block parser pays for each of them on every line. */
const DEEP_LINE = new RegExp(String.raw`(?<=^|\n)((?:[ \t]*${BLOCK_MARK}){16})[^\n]+`, 'g');

/**
 * The lines of a Markdown text (CommonMark and GFM tables) that begin with `/rebyte`, in order. Up to three spaces may
 * stand before it, no list or quote mark. Lines in code, HTML, comments, link targets and link definitions do not count.
 */
export function commandLines(source: string): readonly CommandLine[] {
  const text = withPlainLineEnds(source);
  const candidates = [...text.matchAll(COMMAND_LINE)].map(({ index, 0: match, 1: indent = '' }) => ({
    from: index,
    word: index + indent.length,
    headFrom: index + match.length,
  }));
  if (candidates.length === 0) return [];
  const found: CommandLine[] = [];
  // Counted, not shifted: taking the first of a long list moves all the others.
  let at = 0;
  for (const leaf of leavesOf(text)) {
    while ((candidates[at]?.word ?? leaf.from) < leaf.from) at++;
    if ((candidates[at]?.word ?? leaf.to) >= leaf.to) continue;
    const hidden = [...hiddenSpans(text.slice(leaf.from, leaf.to))];
    let span = 0;
    for (let next = candidates[at]; next !== undefined && next.word < leaf.to; next = candidates[at]) {
      at++;
      const inside = next.word - leaf.from;
      while ((hidden[span]?.to ?? Infinity) <= inside) span++;
      if ((hidden[span]?.from ?? Infinity) < inside) continue;
      found.push({ from: next.from, headFrom: next.headFrom, to: endOfLine(source, next.from), quoted: leaf.quoted });
    }
  }
  return found;
}

/** Same length, so that offsets hold; every line ends with `\n` alone. */
function withPlainLineEnds(source: string): string {
  return source.replace(/\r\n?/g, (end) => (end.length === 2 ? ' \n' : '\n'));
}

function endOfLine(source: string, from: number): number {
  const length = source.slice(from).search(/[\r\n]/);
  return length === -1 ? source.length : from + length;
}

/** The blocks of running text, in order, and whether they are quoted. None of a text that nests deeper than anybody writes. */
function leavesOf(text: string): { from: number; to: number; quoted: boolean }[] {
  const leaves: { from: number; to: number; quoted: boolean }[] = [];
  let quotes = 0;
  const shallow = text.replace(DEEP_LINE, (line, marks: string) => `${marks} x`.padEnd(line.length));
  const visit: Parameters<Tree['iterate']>[0] = {
    enter({ name, from, to }) {
      if (NOT_TEXT.test(name)) return false;
      if (name === 'Blockquote') quotes++;
      if (!LEAF.test(name)) return true;
      leaves.push({ from, to, quoted: quotes > 0 });
      return false;
    },
    leave({ name }) {
      if (name === 'Blockquote') quotes--;
    },
  };
  for (const blocks of parseBlocks(shallow)) {
    if (blocks === undefined) return [];
    blocks.iterate(visit);
  }
  return leaves;
}
