const EMPTY_LINES = /^(?:[ \t]*\n)+/;

/**
 * The text without the empty lines at its start and the blanks at its end. The blanks of its first line stay: without them
 * what was code by its indentation, and therefore was left as it is, would be read as text.
 */
export function trimLines(markdown: string): string {
  return markdown.replace(EMPTY_LINES, '').trimEnd();
}
