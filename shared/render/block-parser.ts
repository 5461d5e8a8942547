import { Tree, type PartialParse } from '@lezer/common';
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

/** Behind empty lines, a line that nothing stands before but marks of quotes. */
const FAR_LEFT = /(?:[ \t]*\n)*(?:> ?)*[^ \t\r\n>]/y;
/** A tree takes hundreds of times its text, and V8 looks at all that is kept again and again: one is let go before the next. */
const PIECE_CHARS = 8_192;

/**
 * The blocks of a Markdown text (CommonMark and footnotes) whose lines end with `\n`, in order: trees that each hold the
 * next of them, with the offsets that these have in the text. A long list or quote may be in several, each with some of
 * its items or lines. The last tree is undefined when more nest than anybody reads.
 *
 * @param pieceChars the next tree begins where it can behind this many characters
 */
export function* parseBlocks(text: string, pieceChars = PIECE_CHARS): Generator<Tree | undefined, void, undefined> {
  let from = 0;
  do {
    const parse = blockParser.startParse(text, [], [{ from, to: text.length }]);
    const tree = parsePiece(parse, text, from + pieceChars);
    if (tree === undefined) {
      yield undefined;
      return;
    }
    yield new Tree(tree.type, [tree], [from], from + tree.length);
    from = parse.parsedPos;
  } while (from < text.length);
}

function parsePiece(parse: PartialParse, text: string, enough: number): Tree | undefined {
  for (;;) {
    const tree = parse.advance();
    if (tree !== null) return tree;
    if (!(parse instanceof BlockContext)) continue;
    if (parse.depth > MAX_OPEN) return undefined;
    const at = parse.parsedPos;
    // What is stopped behind a place ends with the next step.
    if (at >= enough && (parse.depth === 1 || begins(text, at))) parse.stopAt(at - 1);
  }
}

/**
 * Whether what comes at `at`, where no paragraph goes on, begins so far left that it ends whatever is open, or would open
 * the same again: a list or quote in two parts has the items and lines that it has in one.
 */
function begins(text: string, at: number): boolean {
  FAR_LEFT.lastIndex = at;
  return FAR_LEFT.test(text);
}
