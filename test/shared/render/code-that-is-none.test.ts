import { expect, test } from '@jest/globals';
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
