import type { FencePart } from './split-fences.ts';

const LABEL = String.raw`\[(?!\^)((?:[^[\]\\]|\\[^\n]){1,999})\]`;
const TITLE = String.raw`"(?:[^"\n]|\n(?![ \t]*\n)){0,2000}"|'(?:[^'\n]|\n(?![ \t]*\n)){0,2000}'|\((?:[^()\n]|\n(?![ \t]*\n)){0,2000}\)`;
const DEFINITION = new RegExp(
  String.raw`^[ \t>]{0,40}${LABEL}:[ \t]*(?:\n[ \t>]*)?(<[^<>\n]*>|[^\s<]\S*)(?:[ \t]*(?:\n[ \t>]*)?(?:${TITLE}))?[ \t]*(?:\n|$)`,
  'gm',
);
const REFERENCE = new RegExp(`${LABEL}(?!:)`, 'g');

/**
 * Removes the link definitions that show nothing: those that no `[label]` outside code and definitions refers to, like
 * `[//]: # (a comment in disguise)`. Footnotes are shown, so they stay.
 */
export function removeUnusedDefinitions(parts: readonly FencePart[]): { text: string; count: number } {
  const used = new Set<string>();
  for (const { kind, text } of parts) {
    if (kind === 'fence') continue;
    for (const [, label = ''] of text.replace(DEFINITION, '\n').matchAll(REFERENCE)) used.add(normal(label));
  }
  let count = 0;
  const kept = parts.map(({ kind, text }) => {
    if (kind === 'fence') return text;
    return text.replace(DEFINITION, (definition: string, label: string) => {
      if (used.has(normal(label))) return definition;
      count++;
      return '';
    });
  });
  return { text: kept.join(''), count };
}

/** Labels match without regard to case and blanks. CommonMark 0.31, "matches". */
function normal(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
