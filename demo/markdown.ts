// Markdown in a terminal. The parser is mdast's; what is here is how each kind of node looks.
import { stripVTControlCharacters } from 'node:util';
import type { List, PhrasingContent, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import wrapAnsi from 'wrap-ansi';
import type { Colors } from './screen.ts';
import { renderTable } from './table.ts';

export interface Page {
  /** Columns. */
  readonly width: number;
  readonly colors: Colors;
  /** Whether `<details>` show what is in them. GitHub shows them folded. */
  readonly details: 'open' | 'folded';
}

/** Markdown as GitHub reads it, as lines of at most `page.width` columns. */
export function renderMarkdown(markdown: string, page: Page): readonly string[] {
  const source = stripVTControlCharacters(markdown);
  const root = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return renderBlocks(visible(root, page), page);
}

/** Drops HTML comments and what stands in folded details. */
function visible(root: Root, { details }: Page): readonly RootContent[] {
  let hidden = false;
  return root.children.filter((node) => {
    const html = node.type === 'html' ? node.value : '';
    if (html.startsWith('<!--')) return false;
    if (html.startsWith('</details>')) {
      hidden = false;
      return false;
    }
    const shown = !hidden;
    if (html.startsWith('<details>') && details === 'folded') hidden = true;
    return shown;
  });
}

function renderBlocks(nodes: readonly RootContent[], page: Page): readonly string[] {
  return nodes.flatMap((node, index) => {
    const lines = renderBlock(node, page);
    // A list stands right under the heading or the paragraph that announces it.
    const joined = node.type === 'list' && ['heading', 'paragraph'].includes(nodes[index - 1]?.type ?? '');
    return index === 0 || joined || lines.length === 0 ? lines : ['', ...lines];
  });
}

function renderBlock(node: RootContent, page: Page): readonly string[] {
  const { colors, width } = page;
  switch (node.type) {
    case 'heading':
      return wrap(colors.bold(inline(node.children, colors)), width);
    case 'paragraph':
      return wrap(inline(node.children, colors), width);
    case 'list':
      return renderList(node, page);
    case 'blockquote':
      return renderBlocks(node.children, { ...page, width: width - 2 }).map((line) => colors.dim(`┃ ${line}`));
    case 'code':
      return wrap(node.value, width - 2, { trim: false }).map((line) => `  ${colors.cyan(line)}`);
    case 'table':
      return renderTable(
        node.children.map((row) => row.children.map((cell) => inline(cell.children, colors))),
        { width, header: colors.bold },
      );
    case 'thematicBreak':
      return [colors.dim('─'.repeat(width))];
    case 'html':
      return renderHtml(node.value, page);
    default:
      return [];
  }
}

function renderList({ children, ordered, start }: List, page: Page): readonly string[] {
  return children.flatMap(({ children: blocks, checked }, index) => {
    const bullet = ordered ? `${(start ?? 1) + index}.` : checked == null ? '•' : checked ? '☑' : '☐';
    const lines = renderBlocks(blocks, { ...page, width: page.width - bullet.length - 1 });
    const indent = ' '.repeat(bullet.length + 1);
    return lines.map((line, row) => (row === 0 ? `${page.colors.dim(bullet)} ${line}` : `${indent}${line}`));
  });
}

function renderHtml(html: string, { details, colors }: Page): readonly string[] {
  const text = html.replaceAll(/<[^>]*>/g, '').trim();
  if (text === '') return [];
  return [html.startsWith('<details>') ? `${details === 'open' ? '▾' : '▸'} ${colors.bold(text)}` : text];
}

function inline(nodes: readonly PhrasingContent[], colors: Colors): string {
  return nodes.map((node) => inlineNode(node, colors)).join('');
}

function inlineNode(node: PhrasingContent, colors: Colors): string {
  switch (node.type) {
    case 'text':
      return node.value.replaceAll('\n', ' ');
    case 'strong':
      return colors.bold(inline(node.children, colors));
    case 'emphasis':
      return colors.italic(inline(node.children, colors));
    case 'delete':
      return colors.strikethrough(inline(node.children, colors));
    case 'inlineCode':
      return colors.cyan(node.value);
    case 'link':
      return colors.underline(inline(node.children, colors));
    case 'break':
      return '\n';
    case 'image':
      return node.alt ?? '';
    default:
      return ''; // Tags and footnotes: their text stands beside them.
  }
}

function wrap(text: string, width: number, { trim = true } = {}): readonly string[] {
  return wrapAnsi(text, width, { hard: true, trim }).split('\n');
}
