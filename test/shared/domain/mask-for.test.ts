import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { maskFor } from '../../../shared/domain/mask-for.ts';

const mask = maskFor(['rbk_secret']);

test('secrets of ours become asterisks, in every spelling', () => {
  expect(mask(`key rbk_secret, ${Buffer.from('rbk_secret').toString('base64')}`)).not.toMatch(/secret|cmJr/);
});

test("tokens of GitHub's become asterisks although nobody told us of them", () => {
  expect(mask(`token ghs_${'a1'.repeat(18)} and github_pat_${'B2'.repeat(20)}.`)).toBe('token *** and ***.');
});

test("an installation's token goes with all three parts of its JSON Web Token, and the sentence's dot stays", () => {
  const part = 'eyJh-bGci_OiJS'.repeat(4);
  expect(mask(`The token is ghs_123456_${part}.${part}.${part}.`)).toBe('The token is ***.');
});

test('addresses lose their signature and keep their place', () => {
  expect(mask('see https://s3.example.com/a/b.csv?X-Amz-Date=1&X-Amz-Signature=abc (1 KB)')).toBe(
    'see https://s3.example.com/a/b.csv?*** (1 KB)',
  );
  expect(mask('https://x.example.com/?design=blue')).toBe('https://x.example.com/?design=blue');
});

// One pattern for all of a signed address took time by the square of the text: here, most of a minute.
test.each(['http://', 'http://a?', 'https://a?b=c&', 'ghs_.'])(
  'a text of nothing but "%s" is read once',
  async (hostile) => {
    const text = hostile.repeat(40_000);
    expect(mask(text) === text).toBe(true);
    // Between the two, Jest's own timer notices that a test took too long.
    await setImmediate();
    await setImmediate();
  },
  60_000,
);

test.each(['-ghs_', '-github_pat_', '.ghp_a'])('megabytes of nothing but "%s" do not exhaust the stack', (hostile) => {
  expect(mask(`${hostile.repeat(2_000_000)} and ghp_${'a1'.repeat(18)}`)).toMatch(/ and \*\*\*$/);
});

test('a token is seen behind an encoded quotation mark', () => {
  expect(mask(`?q=%22ghp_${'a1'.repeat(18)}%22`)).toBe('?q=%22***%22');
});

test.each([
  ['a new line in JSON', String.raw`"a\n`],
  ['an escape in JSON', String.raw`"a\u0009`],
  ['a colour', '\u001b[1;32m'],
  ['a colour in JSON', String.raw`\u001b[32m`],
  ['emphasis', '_'],
])('a token is seen behind %s', (_what, before) => {
  expect(mask(`${before}ghp_${'a1'.repeat(18)} b`)).toBe(`${before}*** b`);
});

test('the end of a longer word is no token', () => {
  expect(mask(`weighs_${'a1'.repeat(18)}`)).toBe(`weighs_${'a1'.repeat(18)}`);
});

test.each(['jwt', 'token', 'access_token', 'sig', 'X-Goog-Signature'])('an address signed by %s loses that', (name) => {
  expect(mask(`https://x.example.com/a?b=c&${name}=abc`)).toBe('https://x.example.com/a?***');
});

test('an address that only pages through something stays', () => {
  expect(mask('https://x.example.com/a?page_token=abc')).toBe('https://x.example.com/a?page_token=abc');
});

test('a signed address in JSON loses its signature, and the JSON stays one', () => {
  const address = 'https://x.example.com/a?b=c&sig=abc';
  const twice = JSON.stringify({ said: JSON.stringify({ address }).replace('&', String.raw`\u0026`) });
  expect(JSON.parse(mask(twice))).toEqual({ said: '{"address":"https://x.example.com/a?***"}' });
});
