import { expect, test } from '@jest/globals';
import { neutralize } from '../../../shared/render/neutralize.ts';
import { proseNodes, toHtml } from './visible-text.ts';

const LIVE = '<img src="https://e.example/?s"> @octocat Fixes #1 ![y](https://e.example/z)';

test.each([
  ['an indented line behind a link definition', `[x]: /u\n    ${LIVE}`],
  ['a tab behind a link definition', `[x]: /u "t"\n\t${LIVE}`],
])('%s is no code, and nothing in it is live', (_name, markdown) => {
  const inert = neutralize(markdown);
  // GitHub's own parser was asked for each of them; micromark, which is here, does not always agree.
  expect(inert).toContain('&lt;img');
  expect(inert).not.toMatch(/@octocat|Fixes #1|!\[/);
  const html = toHtml(inert);
  expect(html).not.toContain('<img');
  for (const node of proseNodes(html)) expect(node).not.toMatch(/@octocat|Fixes #1/);
  expect(neutralize(inert)).toBe(inert);
});
