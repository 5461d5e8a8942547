import type { Tree } from '@lezer/common';
import { BlockContext, parser, Table, type MarkdownConfig } from '@lezer/markdown';

/** Two times what anybody indents the second line of a table. */
const DELIMITER_ROW = /^[>\s]{0,200}[|:-]/;

/** The library tries a line of blanks as a table's second one in every way that it can be divided in two. */
const BoundedTable: MarkdownConfig = {
  ...Table,
  parseBlock: (Table.parseBlock ?? []).map((block) => ({
    ...block,
    endLeaf: (cx, line, leaf) => DELIMITER_ROW.test(cx.peekLine()) && block.endLeaf?.(cx, line, leaf) === true,
  })),
};

/**
 * Reads blocks, and nothing inside them: inline parsers take quadratic time on hostile text. So does the library's reader
 * of link definitions, which looks for the end of a title again at every line: definitions are read as the paragraphs
 * that they are cut from, and whoever minds tells them apart.
 */
const blockParser = parser.configure([
  BoundedTable,
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
 * The blocks of a Markdown text (CommonMark and GFM tables) whose lines end with `\n`; undefined when more of them nest
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
