import type { MarkdownConfig } from '@lezer/markdown';

/** `[^name]:` and the blanks behind it. */
const LABEL = /^\[\^[^\]\s]+\]:[ \t]*/;
const INDENT = 4;

/**
 * Footnotes, which hold blocks as list items do: what is indented in them is a paragraph, not code.
 * https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#footnotes
 */
export const FootnoteBlock: MarkdownConfig = {
  defineNodes: [
    {
      name: 'Footnote',
      block: true,
      composite(_cx, line) {
        // GitHub ends a footnote at a line of blanks; what follows is safer read as if it did not.
        if (line.pos === line.text.length) return true;
        if (line.indent < line.baseIndent + INDENT) return false;
        line.moveBaseColumn(line.baseIndent + INDENT);
        return true;
      },
    },
    { name: 'FootnoteLabel', block: true },
  ],
  parseBlock: [
    {
      name: 'Footnote',
      before: 'HorizontalRule',
      parse(cx, line) {
        const label = line.indent < line.baseIndent + 4 ? labelOf(line) : '';
        if (label === '') return false;
        cx.startComposite('Footnote', line.pos);
        cx.addElement(
          cx.elt('FootnoteLabel', cx.lineStart + line.pos, cx.lineStart + line.pos + label.trimEnd().length),
        );
        line.moveBase(line.pos + label.length);
        return null;
      },
      endLeaf: (_cx, line) => labelOf(line) !== '',
    },
  ],
};

function labelOf(line: { readonly next: number; readonly pos: number; readonly text: string }): string {
  return line.next === 91 ? (LABEL.exec(line.text.slice(line.pos))?.[0] ?? '') : '';
}
