import type { Tree } from '@lezer/common';
import { parser, Table, type MarkdownConfig } from '@lezer/markdown';

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

const INDENT = /(?<=^|\n)[ \t]+(?=[^\s])/g;

/**
 * The blocks of a Markdown text (CommonMark and GFM tables) whose lines end with `\n`.
 *
 * @param maxIndent how many blanks at a line's beginning count; what stands behind more of them opens no list or quote.
 *   Each level that is open costs time at every line, the empty ones too.
 */
export function parseBlocks(text: string, maxIndent: number): Tree {
  return blockParser.parse(text.replace(INDENT, (blanks) => blanks.slice(0, maxIndent).padEnd(blanks.length, 'x')));
}
