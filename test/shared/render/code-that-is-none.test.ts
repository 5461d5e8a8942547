import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { neutralize } from '../../../shared/render/neutralize.ts';
import { proseNodes, toHtml } from './visible-text.ts';

const LIVE = '<img src="https://e.example/?s"> @octocat Fixes #1 ![y](https://e.example/z)';

test.each([
  ['an indented line behind a link definition', `[x]: /u\n    ${LIVE}`],
  ['a tab behind a link definition', `[x]: /u "t"\n\t${LIVE}`],
  ['the next paragraph of a footnote', `a[^1]\n\n[^1]: note\n\n    ${LIVE}`],
  ['the next paragraph of a footnote behind a tab', `a[^1]\n\n[^1]: note\n\n\t${LIVE}`],
  ['what is indented in the line of a footnote', `a[^1]\n\n[^1]:     ${LIVE}`],
  ['a span over the rows of a table with one column', `\`${LIVE}\n-|\n\``],
  ['a span over the rows of a table without bars', `a\n-|\ne\`\`\`\n${LIVE}\`\`\``],
  ['a span over the cells of a table without a bar in its head', `a\n:-\n\`${LIVE} | \``],
  ['a line of a quote behind a tab', `1. >\t${LIVE}`],
  ['what seems to be in a fence behind a tab', `> a\n>\n>\t   \`\`\`\n> ${LIVE}`],
  ['a line that only seems to be an item of a list', `1. a\n   2.      ${LIVE}`],
  ['what is indented behind a tab and an empty line', `-\t|\n\n    ${LIVE}`],
  ['what is indented behind an item that begins on its second line', `-\n  )\n\n    ${LIVE}`],
  ['a line behind a mark that only seems to be one', `- a\n  *\n        ${LIVE}`],
])('%s is no code, and nothing in it is live', (_name, markdown) => {
  const inert = neutralize(markdown);
  // GitHub's own parser was asked for each of them; micromark, which is here, takes some of them for code.
  expect(inert).toContain('&lt;img');
  expect(inert).not.toMatch(/@octocat|Fixes #1|!\[/);
  const html = toHtml(inert);
  expect(html).not.toContain('<img');
  for (const node of proseNodes(html)) expect(node).not.toMatch(/@octocat|Fixes #1/);
  expect(neutralize(inert)).toBe(inert);
});

/** What is code to the cells of a table, and none to the paragraph that GitHub sees. */
const IN_CELL = `x \` y | z \`${LIVE} \` w \``;

test.each([
  ['with more columns than its head', `${IN_CELL}\n-|-|-`, `\n-\\|-|-`],
  ['with fewer columns than its head', `${IN_CELL}\n-|`, `\n-\\|`],
  ['behind the list item of its head', `- ${IN_CELL}\n-|-`, `\n-\\|-`],
  ['behind the quote of its head', `> ${IN_CELL}\n:-|-`, `\n\\:-|-`],
  ['of one column, behind the list item of its head', `- x \`${LIVE}\n--`, `\n\\--`],
  ['that is far to the right', `${IN_CELL}\n    -|-`, `\n    -\\|-`],
  ['whose rows are behind its quote', `> a|b\n> -|-\n${IN_CELL}`, `\n> -\\|-`],
])('a delimiter row %s makes no table, and nothing is code for it', (_name, markdown, row) => {
  const inert = neutralize(markdown);
  expect(inert).toContain(row);
  const html = toHtml(inert);
  expect(html).not.toMatch(/<img|<table/);
  for (const node of proseNodes(html)) expect(node).not.toMatch(/@octocat|Fixes #1/);
  expect(neutralize(inert)).toBe(inert);
});

test.each([
  '| a | b |\n| - | -: |\n| `c` | d |',
  'a | b\n-|-\nc | d',
  'above\na | b\n:- | -\nc',
  '- | a | b |\n  |---|---|\n  | c | d |',
  '> | a |\n> |---|\n> | b |',
  '| a \\| b |\n|---|\n| c |',
])('the table %j stays one', (table) => {
  expect(neutralize(table)).toBe(table);
});

const IMAGE = '<img src="https://e.example/?s">';

test.each([
  ['a code span over two lines becomes one line', `- \`\n${IMAGE}\n\``, `- \` ${IMAGE} \``],
  ['so it does in a quote', `> a \`b\n>   ${IMAGE}\``, `> a \`b ${IMAGE}\``],
  ['a tag alone on a line of a list begins no block', `- a\n<br>\n\`${IMAGE}\``, `- a\n<br>&#8203;\n\`${IMAGE}\``],
  [
    'a break with a slash begins a block, where nothing is code',
    `<br/>\n\`${IMAGE}\``,
    `<br/>\n\`&lt;${IMAGE.slice(1)}\``,
  ],
  ['nor in a table', `a\n-|\n<br>\n\`${IMAGE}\``, `a\n-|\n<br>&#8203;\n\`${IMAGE}\``],
  [
    'a block of HTML ends with its quote’s empty line',
    '> <details>\n>\n> ![a](b)',
    '> <details>\n>\n> [a](b)\n\n</details>\n',
  ],
])('%s', (_name, markdown, inert) => {
  expect(neutralize(markdown)).toBe(inert);
  expect(neutralize(inert)).toBe(inert);
});

const payload = fc.constantFrom('@octocat', 'Fixes #1', '![x](https://e.example/i)', IMAGE).map((text) => `${text} `);
const PIECES = [
  ['\n', '\n\n', '\n    ', '\n\n    ', '\n  ', '\t', '- ', '-\t', '-\n', '* ', '1. ', '2. ', '> ', '>\t', '- [ ] '],
  ['`', '`', '``', '```', '\n```\n', '~~~', '\n~~~js\n', '# ', '\n===\n', '\n---\n', '***', '|', '\\|', '\n-|\n'],
  ['\n:-\n', '\n| a |\n|---|\n| ', '[x]: /u\n', '[x]: ', '[x]', '[a](', ')', '[^1]', '[^1]: ', '\n\n[^1]: b\n\n    '],
  ['<br>', '<br/>', '<kbd>', '</kbd>', '<details>', '</details>', '<div>', '<pre>', '<!--', '-->', '<p x="', '\\', 'x'],
].flat();
const piece = fc.constantFrom(...PIECES);
const texts = fc
  .array(fc.oneof({ weight: 1, arbitrary: payload }, { weight: 3, arbitrary: piece }), { minLength: 2, maxLength: 14 })
  .map((parts) => parts.join(''));

test('whatever is made of these, nothing in it is live for an independent parser, and a second time changes nothing', () => {
  fc.assert(
    fc.property(texts, (markdown) => {
      const inert = neutralize(markdown);
      expect(neutralize(inert)).toBe(inert);
      const html = toHtml(inert);
      expect(html).not.toMatch(/<img[^>]+https:/);
      for (const node of proseNodes(html)) expect(node).not.toMatch(/(?:^|\W)@octocat|(?:^|[^A-Za-z0-9])Fixes #1/);
    }),
    { numRuns: 500 },
  );
});
