import type { Tree } from '@lezer/common';
import { BlockContext, parser } from '@lezer/markdown';
import { FootnoteBlock } from './footnote-block.ts';
import { htmlBlock } from './html-block.ts';

/**
 * Reads blocks, and nothing inside them: inline parsers take quadratic time on hostile text. So does the library's reader
 * of link definitions, which looks for the end of a title again at every line: definitions are read as the paragraphs
 * that they are cut from, and whoever minds tells them apart. So are tables, whose rows are lines of a paragraph.
 */
const blockParser = parser.configure([
  FootnoteBlock,
  { parseBlock: [htmlBlock] },
  {
    remove: [
      'LinkReference',
      'Escape',
      'Entity',
      'InlineCode',
      'HTMLTag',
      'Emphasis',
      'HardBreak',
      'Link',
      'Image',
      'LinkEnd',
    ],
  },
]);

/** Each level that is open costs time at every line, the empty ones too. A list is one, and each item in it. */
const MAX_OPEN = 100;

/**
 * The blocks of a Markdown text (CommonMark and footnotes) whose lines end with `\n`; undefined when more of them nest
 * than anybody reads.
 */
export function parseBlocks(text: string): Tree | undefined {
  const parse = blockParser.startParse(text);
  for (;;) {
    const tree = parse.advance();
    if (tree !== null) return tree;
    if (parse instanceof BlockContext && parse.depth > MAX_OPEN) return undefined;
  }
}
