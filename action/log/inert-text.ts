import { stripVTControlCharacters } from 'node:util';

/** Longer lines are cut: the log viewer cannot show them, and a hostile one would drown the rest. */
const MAX_LINE_CHARS = 4_000;

// oxlint-disable-next-line no-control-regex -- they are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes one line of any text inert in a workflow log: no escape sequences, no control or bidi characters, and neither
 * of the runner's two command syntaxes. `::name::` counts at a line's start after white space; `##[name]` counts
 * anywhere in a line (actions/runner, ActionCommand.cs), so both are broken by a zero-width space.
 *
 * @param mask goes over the text once nothing more is taken out of it, which could make a secret whole again, and before
 *   it is cut, which would show half of one. Default: none.
 */
export function inertLine(line: string, mask: (text: string) => string = (text) => text): string {
  const plain = mask(stripVTControlCharacters(line).replace(CONTROL, ''));
  const cut =
    plain.length > MAX_LINE_CHARS ? `${plain.slice(0, MAX_LINE_CHARS)} … (${plain.length} characters)` : plain;
  return cut.replace(/^(\s*):(?=:)/, '$1:\u200b').replaceAll('##[', '##\u200b[');
}

/** Splits any text into lines as a terminal would show them: `\r` ends a line too, so nothing is overwritten. */
export function logLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
}
