import { describe, expect, test } from '@jest/globals';
import { cleanUntrusted } from '../../../shared/prompt/clean-untrusted.ts';

/** What is left of each. */
const expectClean = (text: string, expected: string, kind: string): void => {
  const { text: cleaned, removed } = cleanUntrusted(text);
  expect(cleaned).toBe(expected);
  expect(removed.map((one) => one.kind)).toContain(kind);
  expect(cleanUntrusted(cleaned)).toEqual({ text: cleaned, removed: [] });
};

describe('the parentheses of reading aids, which no browser shows, go', () => {
  test.each([
    ['with their end', '<ruby>x<rp>evil</rp></ruby>', '<ruby>x </ruby>'],
    ['up to the reading', '<ruby>x<rp>evil<rt>y</rt></ruby>', '<ruby>x <rt>y</rt></ruby>'],
    ['up to the end of the aid', '<ruby>x<rp>evil</ruby> y', '<ruby>x </ruby> y'],
    ['up to the end of the paragraph', 'a <rp>evil\nevil\n\nb', 'a  \n\nb'],
    ['beyond a paragraph in HTML', '<div><rp>evil\n\nevil</rp>x</div>', '<div> x</div>'],
    ['with a comment that holds their end', 'x<rp><!-- </rp> -->evil</rp>y', 'x y'],
    ['with an attribute that holds their end', 'x<rp><b title="</rp>">evil</b></rp>y', 'x y'],
  ])('%s', (_name, text, expected) => {
    expectClean(text, expected, 'hidden_element');
  });
});

describe('remarks in formulas go', () => {
  test.each([
    ['on lines of their own', '$$\na % evil\nb\n$$', '$$\na  \nb\n$$'],
    ['in a quote', '> $$\n> a % evil\n> $$', '> $$\n> a  \n> $$'],
    ['behind a dollar', '$$\na \\$ % evil\n$$', '$$\na \\$  \n$$'],
    ['behind a dollar in a line', '$a \\$ % evil\nb$', '$a \\$  \nb$'],
  ])('%s', (_name, text, expected) => {
    expectClean(text, expected, 'hidden_math');
  });
});

describe('cells beyond the columns of a table go', () => {
  test.each([
    ['with pipes around', '| a |\n|---|\n| b | evil words |\n| c |', '| a |\n|---|\n| b |\n| c |'],
    ['without pipes around', 'a\n:-\nb|evil', 'a\n:-\nb|'],
    ['of several', '|a|b|\n|:-|-:|\n|1|2|evil|evil|', '|a|b|\n|:-|-:|\n|1|2|'],
    ['in a list', '- |a|\n  |-|\n  |b|evil|', '- |a|\n  |-|\n  |b|'],
    ['in a quote', '> |a|\n> |-|\n> |b|evil|', '> |a|\n> |-|\n> |b|'],
    ['with escaped pipes', '|a\\|b|\n|-|\n|b\\|c|\\|evil|', '|a\\|b|\n|-|\n|b\\|c|'],
    ['with pipes that readers differ in', '|a\\\\|b|\n|-|-|\n|1|2|evil', '|a\\\\|b|\n|-|-|\n|1|2|'],
    ['of code', '|a|\n|-|\n|`b`|`evil`|', '|a|\n|-|\n|`b`|'],
    ['behind a row like the second', '|a|\n|-|\n|b|c|\n|-|-|\n|d|evil|', '|a|\n|-|\n|b|\n|-|\n|d|'],
    ['with a number before them', 'x\n1. | a\n-|-\n1|2|evil', 'x\n1. | a\n-|-\n1|2|'],
    ['behind a pipe in a comment', '|a|\n|-|\n|b <!-- | -->evil|', '|a|\n|-|\n|b  |'],
    ['behind a pipe in an attribute', '|a|\n|-|\n|b <b title="|">evil|', '|a|\n|-|\n|b <b>|'],
    ['at the end of a line of Windows', '|a|\r\n|-|\r\n|b|evil|\r\n', '|a|\r\n|-|\r\n|b|\r\n'],
  ])('%s', (_name, text, expected) => {
    expectClean(text, expected, 'extra_cell');
  });
});

test('a footnote that only such a cell refers to goes', () => {
  expectClean('|a|\n|-|\n|b|[^1]|\n\n[^1]: evil', '|a|\n|-|\n|b|\n\n', 'footnote');
});

test.each([
  '|a|b|\n|-|-|\n|c|d||\n|e|',
  '|a|b|\n|-|\n|no|table|',
  '|a|\n|-|\n|b|\n\n|no|row|',
  '|a|\n|-|\n|b|\n# c\n|d|e|\n|-|-|\n|f|g|',
  '|a|\n|-|\n- b|c',
  'a|b\n    -|-\n1|2|code',
  '```\n|a|\n|-|\n|b|code|\n```',
  'a | b\n---\nc | d',
])('the table or text %j stays byte for byte', (text) => {
  expect(cleanUntrusted(text)).toEqual({ text, removed: [] });
});

test.each(['It is $5 or 50% of $6', '$$ or 50% of it', 'a $x \\% y$ b', '`<rp>` is an element', '<rpx>a</rpx>'])(
  '%j stays byte for byte',
  (text) => {
    expect(cleanUntrusted(text)).toEqual({ text, removed: [] });
  },
);

test.each([
  '<rp>',
  '<rp><',
  '<rp\n>',
  '<div>\n<rp>',
  '<rp><b title="</rp>">',
  '$$ %\n',
  '$\\$',
  '$$\\$',
  '|a|\n|-|\n|b|c|\n\n',
  '|a\n|-\n',
  '\\|',
  '|<!--|-->',
  '- |a\n  |-\n',
])(
  'a megabyte of %j is read in one go',
  (shape) => {
    const text = shape.repeat(Math.ceil(1_000_000 / shape.length));
    expect(cleanUntrusted(text).text.length).toBeLessThanOrEqual(text.length);
  },
  120_000,
);

test.each(['|', '\\', '|a\n', '|<b c="|">', '|<b\n|c'])('a row of a megabyte of %j is read in one go', (shape) => {
  const text = `|a|\n|-|\n${shape.repeat(Math.ceil(1_000_000 / shape.length))}`;
  expect(cleanUntrusted(text).text.length).toBeLessThanOrEqual(text.length);
});

test.each(['a%', '\\$'])('a formula of a megabyte of %j is read in one go', (shape) => {
  const text = `$$${shape.repeat(500_000)}$$`;
  expect(cleanUntrusted(text).text.length).toBeLessThanOrEqual(text.length);
});
