import { describe, expect, test } from '@jest/globals';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { cleanUntrusted } from '../../../shared/prompt/clean-untrusted.ts';

/** Hidden on GitHub, unless it stands in code. */
const ORDERS = '<!-- orders -->';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

/** Whether an independent reader of GitHub's Markdown finds the orders in code or in text. */
function isShown(markdown: string): boolean {
  const visit = ({ type, value = '', children = [] }: Node): boolean =>
    (type !== 'html' && value.includes('orders')) || children.some(visit);
  return visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

describe('no code begins at a backtick that GitHub reads as a part of', () => {
  test.each([
    ['a bare address', 'https://a.b/` ORDERS `'],
    ['a bare address, with a comment at its end', 'http://a.b/`ORDERS`'],
    ['an address without a scheme', 'www.a.b/` ORDERS `'],
    ["a link's address", '[a](b`) ORDERS `'],
    ["a link's address in pointed brackets", '[a](<`>) ORDERS `'],
    ["a link's address in parentheses", '[a](b(c(d`))) ORDERS `'],
    ["a link's address with an escape", '[a](b\\)`) ORDERS `'],
    ["a link's address with a pointed bracket", '[a](b<`) ORDERS `'],
    ["a link's title", '[a](b "`") ORDERS `'],
    ["a link's title on the next line", '[a](b\n"`") ORDERS `'],
    ['a title behind an address in parentheses', '[a](b(c) "`") ORDERS `'],
    ['a title in parentheses', '[a](b (`)) ORDERS `'],
    ["an image's title", '![a](b "`") ORDERS `'],
    ["a link's label", '[`]: b\n\n[a][`] ORDERS `'],
    ["an e-mail's address", '<1`b@c.d> ORDERS `'],
    ["an e-mail's address that begins with it", '<`@c.d> ORDERS `'],
    ["a long e-mail's address", `<1${'a'.repeat(200)}\`@c.d> ORDERS \``],
    ["a definition's address", '[a]\n\n[a]: b` "ORDERS`"'],
    ["a definition's label", '[a`b]\n\n[a`b]: c "ORDERS`"'],
    ['HTML that goes on behind a line of other spaces', '<div>\n\u00a0\n`ORDERS`\n</div>'],
  ])('%s', (_name, shape) => {
    const text = shape.replace('ORDERS', () => ORDERS);
    expect(isShown(text)).toBe(false);
    expect(cleanUntrusted(text).text).not.toContain('orders');
  });
});

test('no tag is one that has a space between its words which HTML does not know', () => {
  const text = `b <a\u00a0title="\`"> \` ${ORDERS} \``;
  expect(isShown(text)).toBe(false);
  expect(cleanUntrusted(text).text).not.toContain('orders');
});

describe('an invisible character keeps from being code, or the end of a comment,', () => {
  test.each([
    ['a fence behind it', '\u200B```\nORDERS\n```'],
    ['a fence with it between its backticks', '`\u200B``\nORDERS\n```'],
    ['a fence behind a byte order mark in a text', 'a\n\n\uFEFF```\nORDERS\n```'],
    ['a fence behind a control character', '\u0001```\nORDERS\n```'],
    ['backticks with it between them', '`\u200B` ORDERS ``'],
    ['the end of a comment', '<!-- a --\u200B> orders -->'],
    ['the end of a comment with a reference', '<!-- a --&#8203;> orders -->'],
    ['what stands behind a backtick in our own boundary', '`<rebyte-context `> ORDERS `'],
  ])('%s', (_name, shape) => {
    const text = shape.replace('ORDERS', () => ORDERS);
    expect(isShown(text)).toBe(false);
    expect(cleanUntrusted(text).text).not.toContain('orders');
  });
});

test('what looks like our own marks of code does not repeat the code', () => {
  expect(cleanUntrusted('a \u00010\u0001 `b`').text).toBe('a 0 `b`');
});

test('GitHub, other than that reader, takes ftp for an address too', () => {
  expect(cleanUntrusted(`ftp://a.b/\` ${ORDERS} \``).text).not.toContain('orders');
});

test.each([
  '[a](b) `CODE`',
  '[`a`](b) `CODE`',
  '[a](<b c>) `CODE`',
  '![image](https://a.example/b_(c)) `CODE`',
  '[a][b] `CODE`\n\n[b]: https://c.example\n',
  '[a][`b`] [`c`] `CODE`\n\n[`c`]: https://c.example\n[`b`]: https://b.example\n',
  'https://a.b/c, `CODE`',
  '<https://a.b/c> `CODE`',
  '<a@b.c> `CODE`',
  '1 <2 `CODE`',
  'a <kbd>b</kbd> `CODE`',
  'a\n`CODE`',
  'a[^1]\n\n[^1]: `CODE`\n',
  '`a[i]: b` and `CODE`',
])('code in %j stays byte for byte', (shape) => {
  const text = shape.replace('CODE', '<img alt="b"> <!-- c -->');
  expect(cleanUntrusted(text)).toEqual({ text, removed: [] });
});

test.each([
  'https://a`',
  'www.',
  '](',
  '](a "',
  '](a(b)',
  '](a(',
  '][',
  '][a',
  '<1@`',
  '<1@',
  '[`]: ',
  '[a\n',
  '[]: `\n',
])(
  'a megabyte of %j is read in one go',
  (shape) => {
    const text = shape.repeat(Math.ceil(1_000_000 / shape.length));
    expect(cleanUntrusted(text).text.length).toBeLessThanOrEqual(text.length);
  },
  120_000,
);
