import { expect, test } from '@jest/globals';
import pico from 'picocolors';
import { renderMarkdown, type Page } from '../../demo/markdown.ts';

const PAGE: Page = { width: 40, colors: pico.createColors(false), details: 'folded' };

test('shows blocks as a reader expects them', () => {
  const markdown =
    '### Done\n\nSome **bold** `code`.\n\n- one\n- two\n  1. deep\n- [x] did\n\n> quoted\n\n```js\nlet a;\n```';

  expect(renderMarkdown(markdown, PAGE)).toEqual([
    'Done',
    '',
    'Some bold code.',
    '• one',
    '• two',
    '  1. deep',
    '☑ did',
    '',
    '┃ quoted',
    '',
    '  let a;',
  ]);
});

test('wraps text, lists and table cells to the width', () => {
  const words = 'word '.repeat(20);
  const lines = renderMarkdown(`${words}\n\n- ${words}\n\n| a | b |\n|-|-|\n| ${words} | ${'x'.repeat(50)} |`, PAGE);

  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => line.length > PAGE.width)).toEqual([]);
});

test('aligns tables and leaves out a header of blanks', () => {
  const markdown = '| | |\n| :-- | :-- |\n| Asked by | `mira` |\n| Event | ⚙️ x |';

  expect(renderMarkdown(markdown, PAGE)).toEqual(['Asked by  mira', 'Event     ⚙️ x']);
});

test('folds details or opens them, and never shows HTML comments', () => {
  const markdown = 'Before\n\n<details><summary>Receipt</summary>\n\ninside\n\n</details>\n\n<!-- marker -->';

  expect(renderMarkdown(markdown, PAGE)).toEqual(['Before', '', '▸ Receipt']);
  expect(renderMarkdown(markdown, { ...PAGE, details: 'open' })).toEqual(['Before', '', '▾ Receipt', '', 'inside']);
});

test('lets no escape sequence of the text through', () => {
  expect(renderMarkdown('a \u001B[31mred\u001B[0m b', PAGE)).toEqual(['a red b']);
});
