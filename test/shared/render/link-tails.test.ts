import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_MARKDOWN_CHARS, neutralize } from '../../../shared/render/neutralize.ts';
import { proseNodes, toHtml } from './visible-text.ts';

const LIVE = '@octocat Fixes #1 ![x](https://e.example/?s) <img src="https://e.example/?s">';

function expectInert(markdown: string): void {
  const inert = neutralize(markdown);
  const html = toHtml(inert);
  expect(html).not.toMatch(/<img/);
  for (const node of proseNodes(html)) expect(node).not.toMatch(/(?:^|[^A-Za-z0-9])@octocat|Fixes #1/);
  expect(neutralize(inert)).toBe(inert);
}

describe('code does not begin', () => {
  test.each([
    ['in a title in double quotes', '[a](b "`")'],
    ['in a title in single quotes', "[a](b '`')"],
    ['in a title in parentheses', '[a](b (`))'],
    ['in a title on the next line', '[a](b\n"`")'],
    ['in a title behind an escaped quote', String.raw`[a](b "\"` + '`")'],
    ['in a title that only GitHub reads on behind two backslashes', String.raw`[a](b "\\" ` + '`")'],
    ['in a title behind a whole address', '[a](https://x.example "`")'],
    ['in a title behind parentheses', '[a](b(c) "`")'],
    ['in a title behind no words', '[](b "`")'],
    ['in the title of an image', '![a](b "`")'],
    ['in a title, three of them', '[a](b "```")'],
    ['in the titles of a badge', '[![a](b "`")](c "`")'],
    ['in an address behind an escape', String.raw`[a](b\)` + '`)'],
    ['in an address behind an opening bracket', '[a](b<`)'],
    ['in an address, in parentheses in parentheses', '[a](b(c(d`)))'],
    ['in an address, twenty parentheses deep', `[a](${'('.repeat(20)}\`${')'.repeat(20)})`],
    ['in an address behind a hundred blanks', `[a](${' '.repeat(120)}b\`)`],
    ['in an address behind a control character', '[a](b\u0001`)'],
    ['in an address in brackets', String.raw`[a](<b\>` + '`>)'],
    ['in an address of mail behind another and a backslash', String.raw`www.a.b\<1` + '`b@c.d>'],
  ])('%s', (_name, head) => {
    const [ticks = '`'] = /`+/.exec(head) ?? [];
    const markdown = `${head} ${LIVE} ${ticks}`;
    expectInert(markdown);
    // GitHub's own parser reads some of these as micromark does not.
    expect(neutralize(markdown)).not.toMatch(/@octocat|<img/);
  });

  test.each([
    ['in an address of mail', `<1\`b@c.d> ${LIVE} \``],
    ['in an address of mail that is nothing but it', `<\`@c.d> ${LIVE} \``],
    ['in the label of a definition', '[a][`] @octocat `\n\n[`]: https://x.example'],
    ['in a label of several words', `[a][x \`] ${LIVE} \`\n\n[x \`]: https://x.example`],
    ['in a label behind an escape', String.raw`[a][\]` + `\`] ${LIVE} \`\n\n` + String.raw`[\]` + '`]: x'],
    ['in a title, of code that an open parenthesis seems to end', `[a](b "\`") \`[c](d (\` ${LIVE} \``],
  ])('%s', (_name, markdown) => {
    expectInert(markdown);
  });
});

test.each([['an address in a title', '[a](b "<https://c.d/")@octocat>']])(
  '%s does not swallow what follows the link',
  (_name, markdown) => {
    expectInert(markdown);
  },
);

test('a tag in a title neither opens nor closes anything', () => {
  expect(neutralize('[a](b "<details>")')).toBe('[a](b "&lt;details>")');
  expect(neutralize('[a]: b "</details>"')).toBe('[a]: b "&lt;/details>"');
});

test.each([
  '[`a`](b "use `c` or `d`") and `e`',
  '[a][`b`] and `c`\n\n[`b`]: https://x.example',
  "see [x](y 'it`s and it`s') and `c`",
  'arr[0](x < y) and `code`',
  '[a](https://x.example/b_(c) "d") `@octocat`',
  "[Note]: don't say 'no `@octocat`",
  '`[a](b "` and `")` and 3 <4',
])('%j stays byte for byte', (markdown) => {
  expect(neutralize(markdown)).toBe(markdown);
});

test.each([
  ['an escaped parenthesis', String.raw`[github.com](https://github.com\)@evil.example)`],
  ['parentheses in parentheses', '[github.com](https://github.com((x))@evil.example)'],
  ['a hundred blanks', `[github.com](${' '.repeat(120)}https://evil.example)`],
])('a link whose words name another host says its own behind %s', (_name, markdown) => {
  expect(neutralize(markdown)).toContain('(evil.example)');
});

const OPENINGS = ['[a](b "', "[a](b '", '[a](b (', '[a](', '![a](b(', '[a][', '[`](', '<1', '[a](<', '[x]: y "'];
const CLOSINGS = ['")', "')", '))', ')', ')))', ']', ']\n\n[x`]: z', '@c.d>', '>)', '"\n'];
const PIECES = [
  '`',
  '``',
  '\\',
  '(',
  ')',
  '"',
  "'",
  '<',
  '>',
  '[',
  ']',
  '](',
  '<https://c.d/',
  'https://x.y/',
  'x',
  ' ',
  '\n',
];
const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((parts) => parts.join(''));
const payload = fc.constantFrom('@octocat ', ' @octocat', '![x](https://e.example/i)', '<img src=x>');
const link = fc.tuple(fc.constantFrom(...OPENINGS), pieces, fc.constantFrom(...CLOSINGS), pieces, payload, pieces);

test('whatever is made of links, nothing in it is live, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.array(link, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '`', ' `'), (links, end) => {
      expectInert(links.flat().join('') + end);
    }),
    { numRuns: 500 },
  );
});

test.each([
  '](',
  '](a',
  '](a "',
  '](a (',
  "](a '`",
  '](a(b "',
  String.raw`](a "\"`,
  '](<',
  '][',
  '][`',
  ']: a "',
  '](a "`" `',
])(
  '%j without an end does not keep it busy',
  async (opening) => {
    expect(neutralize(opening.repeat(MAX_MARKDOWN_CHARS / 2 / opening.length)).length).toBeGreaterThan(0);
    await setImmediate();
    await setImmediate();
  },
  60_000,
);
