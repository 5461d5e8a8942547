/** A stretch of Markdown: a fenced code block with its fences, or what lies between two. */
export interface FencePart {
  readonly kind: 'prose' | 'fence';
  readonly text: string;
}

const OPENING = /^ {0,3}(`{3,})[^`]*$|^ {0,3}(~{3,})/;
/** HTML that does not end at a blank line, and a comment: a "fence" inside it is none, and would hide what it holds. */
const LASTING_HTML = /<(?:pre|script|style|textarea|[?!])|&(?:lt|#0*60|#x0*3c);?!/i;

/**
 * Splits text at its fenced code blocks. Only a fence that is surely one counts: at the margin, after a blank line, with
 * no lasting HTML before it. When in doubt it is prose, which is cleaned more, not less.
 */
export function splitFences(text: string): FencePart[] {
  const parts: FencePart[] = [];
  let lines: string[] = [];
  let closing: RegExp | undefined;
  let previous = '';
  let doubtful = false;
  const end = (kind: FencePart['kind']): void => {
    if (lines.length > 0) parts.push({ kind, text: lines.join('') });
    lines = [];
  };
  for (const line of text.split(/(?<=\n)/)) {
    const bare = line.replace(/\r?\n$/, '');
    if (closing !== undefined) {
      lines.push(line);
      if (closing.test(bare)) {
        end('fence');
        closing = undefined;
      }
    } else {
      const opening = doubtful || previous.trim() !== '' ? null : OPENING.exec(bare);
      const mark = opening?.[1] ?? opening?.[2];
      if (mark !== undefined) {
        end('prose');
        closing = new RegExp(`^ {0,3}${mark.charAt(0)}{${mark.length},}[ \\t]*$`);
      } else if (LASTING_HTML.test(bare)) doubtful = true;
      lines.push(line);
    }
    previous = closing === undefined ? bare : '';
  }
  end(closing === undefined ? 'prose' : 'fence');
  return parts;
}
