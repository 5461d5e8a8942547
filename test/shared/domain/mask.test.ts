import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { maskSecrets } from '../../../shared/domain/mask.ts';

const KEY = 'rbk_s3cr3t+/=value';

test.each([
  ['as it is', `key ${KEY} here`, 'key *** here'],
  ['URL-encoded', `?key=${encodeURIComponent(KEY)}&x=1`, '?key=***&x=1'],
  ['URL-encoded in small letters', '?key=rbk_s3cr3t%2b%2f%3dvalue&x=1', '?key=***&x=1'],
  ['as forms encode it', new URLSearchParams([['pw', "it's (a) *~ key"]]).toString(), 'pw=***'],
  ['in JSON', JSON.stringify({ key: 'pa"ss\\word' }), '{"key":"***"}'],
])('a secret is masked %s', (_name, text, expected) => {
  expect(maskSecrets(text, [KEY, 'pa"ss\\word', "it's (a) *~ key"])).toBe(expected);
});

test.each(['', 'u:', 'x', 'user:', 'octocat:'])('a secret is masked in base64 behind %j', (before) => {
  const encoded = Buffer.from(`${before}${KEY}`).toString('base64');
  expect(maskSecrets(`Basic ${encoded}`, [KEY])).toContain('***');
  expect(maskSecrets(encoded, [KEY]).length).toBeLessThan(before.length * 2 + 10);
  expect(maskSecrets(Buffer.from(`${before}${KEY}`).toString('base64url'), [KEY])).toContain('***');
});

test('each line of a private key is masked', () => {
  expect(maskSecrets('a MIIEow b\nAAKCAQ c', ['-----BEGIN-----\nMIIEow\nAAKCAQ\n'])).toBe('a *** b\n*** c');
});

test('a secret that contains another leaves no rest', () => {
  expect(maskSecrets('abcdefgh', ['abcd', 'abcdefgh'])).toBe('***');
});

test('empty and very short secrets mask nothing', () => {
  expect(maskSecrets('a b c', ['', 'a', '   '])).toBe('a b c');
});

test('no secret of any characters survives', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.string(), fc.string(), (raw, before, after) => {
      const secret = raw.trim();
      fc.pre(secret.length >= 8 && !'***'.includes(secret));
      expect(maskSecrets(`${before}${secret}${after}`, [secret])).not.toContain(secret);
    }),
  );
});

test('however deep JSON quotes a secret, it is masked, and the JSON stays one', () => {
  const secret = 'a "quoted" se\\cret';
  let text = `It is ${secret}.`;
  for (let depth = 0; depth < 4; depth += 1) {
    expect(maskSecrets(text, [secret])).toMatch(/It is \*\*\*\./);
    text = JSON.stringify(text);
    expect(() => JSON.parse(maskSecrets(text, [secret])) as unknown).not.toThrow();
  }
});

test('a text of nothing but backslashes is read once', () => {
  const text = '\\'.repeat(400_000);
  expect(maskSecrets(text, ['"begins with one', 'ends "so\\']) === text).toBe(true);
}, 10_000);

test.each([
  ['encodeURIComponent', encodeURIComponent],
  ['encodeURI', encodeURI],
  ['a URL that took it as it was', (text: string) => new URL(`https://x.example/?${text}`).search],
])('what %s makes of a secret is masked', (_name, encoded) => {
  const secret = 'p@ss/wörd"&= of mine';
  expect(maskSecrets(`<${encoded(secret)}>`, [secret])).toMatch(/^<\??\*\*\*>$/);
});
