import { LINE_HEAD } from './line-head.ts';

/** A line whose first word is HTML; `<https://…>` and `<a@b>` are links, not tags. */
export const STARTS_HTML = new RegExp(
  String.raw`^${LINE_HEAD}<(?![a-z][a-z0-9+.-]{1,31}:|[^\s<>@]{1,100}@)[a-z/!?]`,
  'i',
);

/** `-->`, and `--!>`, which HTML calls an error and accepts. */
export const COMMENT_END = /--!?>/;
const CDATA_END = /\]\]>/;
const INSTRUCTION_END = /\?>/;
const DECLARATION_END = />/;
export const RAW_TEXT_END = /<\/(?:pre|script|style|textarea)[^<>]*>/i;
const TEMPLATE_END = /<\/template[^<>]*>/i;
const RAW_TEXT_START = /<(?:pre|script|style|textarea)(?=[\s/>])/iy;
const TEMPLATE_START = /<template(?=[\s/>])/iy;

/** The pattern that ends the HTML which begins at `at`, when that lasts beyond blank lines. CommonMark 0.31, 4.6. */
export function lastingHtmlAt(text: string, at: number): RegExp | undefined {
  if (text.startsWith('<!--', at)) return COMMENT_END;
  if (text.startsWith('<![CDATA[', at)) return CDATA_END;
  if (text.startsWith('<?', at)) return INSTRUCTION_END;
  if (text.startsWith('<!', at)) return DECLARATION_END;
  RAW_TEXT_START.lastIndex = at;
  if (RAW_TEXT_START.test(text)) return RAW_TEXT_END;
  TEMPLATE_START.lastIndex = at;
  return TEMPLATE_START.test(text) ? TEMPLATE_END : undefined;
}

const LASTING_BLOCK = /<(?:!--|!\[CDATA\[|\?|![a-z]|(?:pre|script|style|textarea)(?=[\s>]))/iy;

/** Whether HTML that lasts from `at` to `end` is a block of Markdown's, which ends with the line that `end` is in. */
export function isLastingBlock(text: string, at: number, end: number): boolean {
  LASTING_BLOCK.lastIndex = at;
  return LASTING_BLOCK.test(text) && !text.startsWith('--!>', end - 4);
}

/** CommonMark 0.31, 6.6: an open or a closing tag; and 6.5: an autolink. */
const STRICT_TAG =
  /<(?:[a-z][a-z0-9-]*(?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?|\/[a-z][a-z0-9-]*\s*|[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]{1,100}@[^\s<>@]*)>/iy;
const BLANK_LINE = /\n[ \t]*\r?\n/;

/** Where the tag or autolink that begins at `at` ends, or undefined when Markdown shows its `<` as text. */
export function strictTagEnd(text: string, at: number): number | undefined {
  STRICT_TAG.lastIndex = at;
  const tag = STRICT_TAG.exec(text)?.[0];
  // No tag reaches into another paragraph.
  return tag === undefined || BLANK_LINE.test(tag) ? undefined : at + tag.length;
}

const AUTOLINK = /<(?:[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]{1,100}@[^\s<>@]*)>/iy;

export function isAutolink(text: string, at: number): boolean {
  AUTOLINK.lastIndex = at;
  return AUTOLINK.test(text);
}

/** What stands before `<an address>` in `[words](<an address>)`. */
const BEFORE_ADDRESS = /(?<!\\)\[[^[\]<>`\\\n]{1,200}\]\($/;
const ADDRESS = /<[^<>\n]*>[ \t]*\)/y;

/** Whether the `<` at `at` opens a link's address; or is text, because of a backslash before it. */
export function isMarkdown(text: string, at: number): boolean {
  if (!'(\\'.includes(text.charAt(at - 1) || '-')) return false;
  const before = text.slice(Math.max(0, at - 300), at);
  ADDRESS.lastIndex = at;
  if (BEFORE_ADDRESS.test(before) && ADDRESS.test(text)) return true;
  return (/\\+$/.exec(before)?.[0].length ?? 0) % 2 === 1;
}

/** As browsers read it inside HTML that stands at a line's start: whatever follows the name, up to `>` outside quotes. */
const LOOSE_TAG = /<\/?[a-z](?:[^>=\n]|\n(?![ \t]*\r?\n)|=\s*"[^"]*"|=\s*'[^']*'|=(?!\s*["']))*>/iy;

export function looseTagEnd(text: string, at: number): number | undefined {
  LOOSE_TAG.lastIndex = at;
  const tag = LOOSE_TAG.exec(text)?.[0];
  return tag === undefined ? undefined : at + tag.length;
}
