import type { Count } from './removed.ts';

const LABEL = String.raw`\[(?!\^)((?:[^[\]\\]|\\[^\n]){1,999})\]`;
const TITLE = String.raw`"(?:[^"\n]|\n(?![ \t]*\n)){0,2000}"|'(?:[^'\n]|\n(?![ \t]*\n)){0,2000}'|\((?:[^()\n]|\n(?![ \t]*\n)){0,2000}\)`;
let definition: RegExp | undefined;
let reference: RegExp | undefined;

export interface Definitions {
  readonly text: string;
  /** Whether a definition with this label is left. */
  readonly defined: (label: string) => boolean;
}

/**
 * Removes the link definitions that show nothing: those that no `[label]` outside code and definitions refers to, like
 * `[//]: # (a comment in disguise)`. Of those that are used their titles go. Footnotes are not links: see footnotes.ts.
 */
export function removeHiddenDefinitions(text: string, count: Count): Definitions {
  if (!text.includes(']:')) return { text, defined: () => false };
  definition ??= new RegExp(
    String.raw`^(((?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])){0,40})${LABEL}:[ \t]*(?:\n[ \t>]*)?(?:<[^<>\n]*>|[^\s<]\S*))([ \t]*(?:\n[ \t>]*)?(?:${TITLE}))?[ \t]*(?:\n|$)`,
    'gm',
  );
  reference ??= new RegExp(`${LABEL}(?!:)`, 'g');
  const used = new Set<string>();
  for (const [, label = ''] of text.replace(definition, '\n').matchAll(reference)) used.add(normal(label));
  const left = new Set<string>();
  const kept = text.replace(
    definition,
    (whole: string, ...[head = '', marks = '', label = '', title]: (string | undefined)[]) => {
      if (!used.has(normal(label))) {
        count('link_definition', 1);
        // The sign of a list is seen without its words too.
        return /[^\s>]/.test(marks) ? `${marks}${whole.endsWith('\n') ? '\n' : ''}` : '';
      }
      left.add(normal(label));
      if (title === undefined) return whole;
      count('link_title', 1);
      return whole.endsWith('\n') ? `${head}\n` : head;
    },
  );
  return { text: kept, defined: (label) => left.has(normal(label)) };
}

/** Labels match without regard to case and blanks. CommonMark 0.31, "matches". */
function normal(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
