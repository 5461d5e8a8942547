import { BLOCK_MARK } from './block-mark.ts';
import { readDefinitions } from './definitions.ts';
import { applyEdits, type Edit } from './edits.ts';
import { TagBalance } from './inert-html.ts';
import { inertTextEdits } from './inert-text.ts';
import { lexLeaf } from './inline-lexer.ts';
import { readBlocks } from './markdown-leaves.ts';

/**
 * Longer texts are cut before they are read, and so are longer results. Four times what a comment holds; a few
 * seconds' work at the very worst.
 */
export const MAX_MARKDOWN_CHARS = 262_144;
/** A cut leaves room for what makes the rest inert. */
const CUT_TO = MAX_MARKDOWN_CHARS - 32_768;
/** What is shown as code. Its fence may take three characters for each of these. */
const MAX_CODE_CHARS = MAX_MARKDOWN_CHARS / 4;
/** GitHub reads no such mark where a text begins, and there may be empty lines before it that whoever posts it takes away. */
const BYTE_ORDER_MARKS = /^[ \t\r\n\uFEFF]*\uFEFF/;
const MAX_DEPTH = 32;
const MAX_PASSES = 8;
/**
 * So many marks of quotes, lists and footnotes on one line that nobody reads it; the block parser would pay for each by all the others.
 * A line of dashes or stars alone is a rule and nests nothing.
 */
const MARK_BOMB = new RegExp(String.raw`^(?![ \t]*([-*])(?:[ \t]*\1)*[ \t]*$)(?:[ \t]*${BLOCK_MARK}){32}`, 'm');

export interface NeutralizeOptions {
  /** `owner/repo`: references to its own threads stay live links. Default: none do. */
  readonly repository?: string;
  /** Shows every tag as text. Default: the few that are harmless stay tags, in pairs. */
  readonly showsTags?: boolean;
}

/**
 * Makes Markdown that somebody else wrote safe to post in our name: nobody is notified, nothing is closed, no command
 * obeyed, no image fetched, nothing hidden, no fence or tag left open; it reads the same, and what needs no change stays
 * byte for byte (but for line ends, which become `\n`, and those inside a code span, which become blanks). Code is never touched.
 *
 * It is idempotent by construction: passes of edits run until one finds nothing to do, and that text is the answer. A
 * text that does not settle, or nests deeper than anybody reads, is shown as a code block, which stays one.
 */
export function neutralize(markdown: string, options: NeutralizeOptions = {}): string {
  const plain = cut(markdown).replace(BYTE_ORDER_MARKS, '').replace(/\r\n?/g, '\n');
  if (isCodeBlock(plain)) return plain;
  let text = plain;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    if (MARK_BOMB.test(text)) break;
    const edits = findEdits(text, options);
    if (edits === undefined) break;
    if (edits.length === 0) return text;
    const edited = cut(applyEdits(text, edits)).replace(BYTE_ORDER_MARKS, '');
    // The cut took away what was added, and would again.
    if (edited === text) break;
    text = edited;
  }
  return asCodeBlock(cutAt(plain, MAX_CODE_CHARS));
}

function cut(text: string): string {
  return text.length <= MAX_MARKDOWN_CHARS ? text : cutAt(text, CUT_TO);
}

/** Never leaves half of a character. */
function cutAt(text: string, end: number): string {
  return text.slice(0, end).replace(/[\uD800-\uDBFF]$/, '');
}

function findEdits(text: string, options: NeutralizeOptions): Edit[] | undefined {
  const { repository: ownRepository = '', showsTags = false } = options;
  const { leaves, edits: blockEdits, openFence, depth } = readBlocks(text);
  // What they change of the blocks is read next time.
  if (blockEdits.length > 0) return [...blockEdits];
  const tags = new TagBalance(showsTags);
  const definitions = readDefinitions(leaves);
  const edits: Edit[] = [];
  for (const leaf of leaves) {
    const { run, edits: own } = lexLeaf(leaf, { ownRepository, tags, definitions });
    for (const edit of own) edits.push(edit);
    for (const edit of inertTextEdits(run, ownRepository)) edits.push(edit);
  }
  if (Math.max(depth, tags.depth) > MAX_DEPTH) return undefined;
  if (openFence !== '') edits.push(ending(text, `\n${openFence}\n`));
  else if (tags.depth > 0) edits.push(ending(text, `\n\n${tags.missing()}\n`));
  return edits;
}

function ending(text: string, insert: string): Edit {
  const end = text.trimEnd().length;
  return { from: end, to: text.length, insert };
}

const CODE_BLOCK = /^(`{3,})text\n([^]*)\n\1\n$/;

/** Shows any text as it is, in a fence longer than every run of backticks in it. */
function asCodeBlock(text: string): string {
  const fence = '`'.repeat(Math.max(longestTicks(text), 2) + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}

/** Is this what asCodeBlock made? Then all of it is code, however it nests inside. */
function isCodeBlock(markdown: string): boolean {
  const [, fence = '', text = ''] = CODE_BLOCK.exec(markdown) ?? [];
  return fence.length > longestTicks(text);
}

function longestTicks(text: string): number {
  return Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length).reduce((a, b) => Math.max(a, b), 0);
}
