import type { BlockContext, BlockParser, Line } from '@lezer/markdown';

const NAMES =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|' +
  'fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|' +
  'menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|' +
  'tr|track|ul';
const ATTRIBUTE = String.raw`\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>${'`'}]+|'[^']*'|"[^"]*"))?`;

/** What opens a block of HTML, and what ends it; without an end, an empty line does. */
const KINDS: readonly { readonly start: RegExp; readonly end?: RegExp }[] = [
  { start: /^<(?:script|pre|style|textarea)(?:\s|>|$)/i, end: /<\/(?:script|pre|style|textarea)>/i },
  { start: /^<!--/, end: /-->/ },
  { start: /^<\?/, end: /\?>/ },
  { start: /^<![a-z]/i, end: />/ },
  { start: /^<!\[CDATA\[/, end: /\]\]>/ },
  { start: new RegExp(String.raw`^</?(?:${NAMES})(?:\s|/?>|$)`, 'i') },
  { start: new RegExp(String.raw`^(?:</[a-z][a-z0-9-]*\s*>|<[a-z][a-z0-9-]*(?:${ATTRIBUTE})*\s*/?>)\s*$`, 'i') },
];

/**
 * Blocks of HTML as CommonMark 0.31 has them, https://spec.commonmark.org/0.31.2/#html-blocks. The library's own reader
 * does not know `<br/>`, and takes the empty line of a quote for one with text in it.
 */
export const htmlBlock: BlockParser = {
  name: 'HTMLBlock',
  parse(cx, line) {
    if (line.next !== 60 || line.indent >= line.baseIndent + 4) return false;
    const kind = KINDS.find(({ start }) => start.test(line.text.slice(line.pos)));
    if (kind === undefined) return false;
    const from = cx.lineStart + line.pos;
    const marks = [];
    let ended = isEnd(line, kind.end);
    while (cx.nextLine()) {
      if (ended || handled(line, cx) < cx.depth || (kind.end === undefined && isEnd(line))) break;
      marks.push(...line.markers);
      ended = isEnd(line, kind.end);
    }
    cx.addElement(cx.elt('HTMLBlock', from, cx.prevLineEnd(), marks));
    return true;
  },
};

function isEnd(line: Line, end?: RegExp): boolean {
  return end === undefined ? line.pos === line.text.length : end.test(line.text.slice(line.pos));
}

/** How many of the open quotes, lists and items this line goes on with. The library tells it, but not its types. */
function handled(line: Line, cx: BlockContext): number {
  return 'depth' in line && typeof line.depth === 'number' ? line.depth : cx.depth;
}
