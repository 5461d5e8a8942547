/** Longer ones are read as text: nobody writes them, and nothing is looked for without an end. */
const MAX_TITLE_CHARS = 2_048;

const LABEL = String.raw`\[(?!\^)(?:[^[\]\\]|\\[^]){1,999}\]:`;
const ADDRESS = String.raw`(?:<[^<>\n]*>|(?!<)\S+)`;
const IN_TITLE = (end: string): string => String.raw`(?:[^${end}\\]|\\[^]){0,${MAX_TITLE_CHARS}}`;
const TITLE = `(?:"${IN_TITLE('"')}"|'${IN_TITLE("'")}'|\\(${IN_TITLE('()')}\\))`;
// Blanks are always followed by what is none, so that no blank is tried in two places.
const DEFINITION = new RegExp(
  String.raw`[ \t]*${LABEL}[ \t]*(?:\n[ \t]*)?${ADDRESS}(?:(?:[ \t]+(?:\n[ \t]*)?|\n[ \t]*)${TITLE})?[ \t]*(?:\n|$)`,
  'y',
);

/**
 * Offset behind the link definitions that a paragraph begins with: their addresses and titles are not shown. Footnotes
 * are. CommonMark 0.31, "link reference definitions": https://spec.commonmark.org/0.31.2/#link-reference-definitions
 */
export function endOfDefinitions(paragraph: string): number {
  let end = 0;
  const definition = new RegExp(DEFINITION);
  while (end < paragraph.length && definition.test(paragraph)) end = definition.lastIndex;
  return end;
}
