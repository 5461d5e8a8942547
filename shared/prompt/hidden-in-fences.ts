import type { Count } from './removed.ts';

/** A line that begins a fenced block, wherever: at the margin, in lists, in quotes. https://spec.commonmark.org/0.31.2/#info-string */
const OPENING = /^((?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*(?:`{3,}(?=[^`\n]*$)|~{3,}))([^\n]*)$/gm;
/** What names a language; the longest in use are around twenty characters. */
const LANGUAGE = /^[ \t]*[\w+#.-]{1,20}(?![\w+#.-])/;
const OF_DIAGRAM = /^[^`~\n]*(?:`{3,}|~{3,})[ \t]*mermaid\b/im;
/** https://mermaid.js.org/syntax/flowchart.html#comments; `%%{` begins a directive, which is not drawn either. */
const DIAGRAM_COMMENT = /^([ \t>]*)%%[^\n]*/gm;

/**
 * Removes what GitHub does not show of a fenced block: the words behind its fence, except for the language, and the
 * comments of a diagram, which is drawn and not printed.
 */
export function removeHiddenFromFence(block: string, count: Count): string {
  const lineEnd = block.indexOf('\n');
  if (lineEnd === -1) return withoutWords(block, count);
  const opening = withoutWords(block.slice(0, lineEnd), count);
  const rest = block.slice(lineEnd);
  return opening + (OF_DIAGRAM.test(opening) ? withoutDiagramComments(rest, count) : rest);
}

/** The same where nobody can tell for sure what is a fence: each line that looks like one is taken for one. */
export function removeHiddenFromDoubtfulFences(text: string, count: Count): string {
  if (!text.includes('```') && !text.includes('~~~')) return text;
  const named = withoutWords(text, count);
  return OF_DIAGRAM.test(named) ? withoutDiagramComments(named, count) : named;
}

function withoutWords(text: string, count: Count): string {
  return text.replace(OPENING, (whole, fence: string, info: string) => {
    const language = LANGUAGE.exec(info)?.[0] ?? '';
    const rest = info.slice(language.length);
    if (rest.trim() === '') return whole;
    count('fence_words', 1);
    return `${fence}${language}${rest.endsWith('\r') ? '\r' : ''}`;
  });
}

function withoutDiagramComments(text: string, count: Count): string {
  return text.replace(DIAGRAM_COMMENT, (_comment, margin: string) => {
    count('diagram_comment', 1);
    return margin;
  });
}
