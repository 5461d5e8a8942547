import { headOf } from './line-head.ts';
import type { Count } from './removed.ts';

/** Margins of quotes stand between the lines of a diagram in one. */
const BLANKS = String.raw`[\s>]*`;
/** `%%{init: …}%%`, over lines too; one without an end takes all. https://mermaid.js.org/config/directives.html */
const DIRECTIVE = /%%\{[^]*?(?:\}%%|$)/g;
/** Words for screen readers only. https://mermaid.js.org/config/accessibility.html */
const ACCESSIBLE = new RegExp(
  String.raw`\bacc(?:(?:Title|Descr)${BLANKS}:${BLANKS}[^\n]*|Descr${BLANKS}\{[^}]*(?:\}|$)|Description[^\S\n][^\n]*)`,
  'gi',
);
/** A quoted text may hold two percent signs, but not begin with them. */
const COMMENT = /("(?!%%)[^"\n]*")|%%[^\n]*/g;

/** The settings above a diagram, to the last line of three dashes. https://mermaid.js.org/config/configuration.html */
const SETTINGS = /^([\s>]*)(---[^\S\n]*\n)((?:[^\n]*\n)*)([ \t>]*---[^\S\n]*(?:\n|$))/;
const TITLE = /^([ \t>]*)title:[ \t]*(?:"[^"]*"|'[^']*'|[^\s"'#&*!|>%@`{[])/;

/** `^` stands behind these too. */
const MARGIN = String.raw`^(?:[^\S\n\r\u2028\u2029]|>)*`;
/** In some, a `#` begins a comment: anywhere in a line but where a reference such as `#35;` begins, */
const HASH = new RegExp(String.raw`${MARGIN}(?:sequenceDiagram|gantt|journey)`, 'im');
const HASH_COMMENT = /#(?!\w+;)[^\n]*/g;
/** in others only where no label can stand, */
const BARE_HASH = new RegExp(String.raw`${MARGIN}(?:stateDiagram|timeline|requirementDiagram)`, 'im');
const BARE_HASH_COMMENT = /^((?:(?![:#]).)*[\s>]|(?:(?!#).)*["{}][^\S\n]*|)#[^\n]*/gm;
/** and a percent sign at the beginning of a line. */
const GANTT = new RegExp(String.raw`${MARGIN}gantt`, 'im');
const GANTT_COMMENT = /^([ \t>]*)[^\s}]?%[^\n]*/gm;

/** Removes from a diagram of Mermaid's what it does not draw: comments, directives, settings, words for screen readers. */
export function removeHiddenFromDiagram(diagram: string, count: Count): string {
  const without = (text: string, pattern: RegExp): string =>
    text.replace(pattern, (whole: string, kept: unknown) => {
      const left = typeof kept === 'string' ? kept : '';
      if (left === whole) return whole;
      count('diagram_comment', 1);
      return left;
    });
  let text = withoutSettings(diagram, count);
  for (const pattern of [DIRECTIVE, ACCESSIBLE, COMMENT]) text = without(text, pattern);
  if (HASH.test(text)) text = without(text, HASH_COMMENT);
  if (BARE_HASH.test(text)) text = without(text, BARE_HASH_COMMENT);
  return GANTT.test(text) ? without(text, GANTT_COMMENT) : text;
}

/** The title is drawn, and no other setting. */
function withoutSettings(diagram: string, count: Count): string {
  return diagram.replace(
    SETTINGS,
    (whole: string, ...[margin = '', opening = '', body = '', closing = '']: string[]) => {
      const { column } = headOf(margin.slice(margin.lastIndexOf('\n') + 1));
      const lines = body.split(/(?<=\n)/);
      const titles = lines.map((line) => titleIn(line, column)).filter((title) => title !== '');
      if (titles.join('') === body) return whole;
      count('diagram_comment', 1);
      return titles.length === 0 ? margin : [margin, opening, ...titles, closing].join('');
    },
  );
}

/** The line without what stands behind its title; nothing when it has none. */
function titleIn(line: string, column: number): string {
  const [title = '', margin = ''] = TITLE.exec(line) ?? [];
  if (title === '' || headOf(margin).column > column) return '';
  if (/["']$/.test(title)) return line.slice(title.length).trim() === '' ? line : `${title}\n`;
  const remark = line.search(/[ \t]#/);
  return remark === -1 ? line : `${line.slice(0, remark).trimEnd()}\n`;
}
