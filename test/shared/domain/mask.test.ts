import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { maskSecrets } from '../../../shared/domain/mask.ts';

const KEY = 'rbk_s3cr3t+/=value';

test.each([
  ['as it is', `key ${KEY} here`, 'key *** here'],
  ['URL-encoded', `?key=${encodeURIComponent(KEY)}&x=1`, '?key=***&x=1'],
  ['in JSON', JSON.stringify({ key: 'pa"ss\\word' }), '{"key":"***"}'],
])('a secret is masked %s', (_name, text, expected) => {
  expect(maskSecrets(text, [KEY, 'pa"ss\\word'])).toBe(expected);
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
