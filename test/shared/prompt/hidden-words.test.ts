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

test.each(['It is $5 or 50% of $6', '$$ or 50% of it', 'a $x \\% y$ b', '`<rp>` is an element', '<rpx>a</rpx>'])(
  '%j stays byte for byte',
  (text) => {
    expect(cleanUntrusted(text)).toEqual({ text, removed: [] });
  },
);

test.each(['<rp>', '<rp><', '<rp\n>', '<div>\n<rp>', '<rp><b title="</rp>">', '$$ %\n', '$\\$', '$$\\$'])(
  'a megabyte of %j is read in one go',
  (shape) => {
    const text = shape.repeat(Math.ceil(1_000_000 / shape.length));
    expect(cleanUntrusted(text).text.length).toBeLessThanOrEqual(text.length);
  },
  30_000,
);

test.each(['a%', '\\$'])('a formula of a megabyte of %j is read in one go', (shape) => {
  const text = `$$${shape.repeat(500_000)}$$`;
  expect(cleanUntrusted(text).text.length).toBeLessThanOrEqual(text.length);
});
