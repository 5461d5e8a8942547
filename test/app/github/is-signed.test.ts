import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { assert, integer, nat, pre, property, string, uint8Array } from 'fast-check';
import { isSigned } from '../../../app/github/is-signed.ts';

function signatureOf(raw: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
}

test("GitHub's own example is genuine", () => {
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  expect(isSigned(Buffer.from('Hello, World!'), signature, ["It's a Secret to Everybody"])).toBe(true);
});

test('any bytes are genuine with any one of the secrets, and with no other', () => {
  const secret = string({ minLength: 1 });
  assert(
    property(uint8Array(), secret, secret, (raw, one, other) => {
      pre(one !== other);
      const signature = signatureOf(raw, one);
      expect(isSigned(raw, signature, [other, one])).toBe(true);
      expect(isSigned(raw, signature, [other])).toBe(false);
      expect(isSigned(raw, signature, [])).toBe(false);
    }),
  );
});

test('one changed byte is no longer what was signed', () => {
  assert(
    property(uint8Array({ minLength: 1 }), nat(), integer({ min: 1, max: 255 }), (raw, at, flip) => {
      const signature = signatureOf(raw, 'a secret');
      const index = at % raw.length;
      raw[index] = (raw[index] ?? 0) ^ flip;
      expect(isSigned(raw, signature, ['a secret'])).toBe(false);
    }),
  );
});

test('what is no signature is refused and does no harm', () => {
  const raw = Buffer.from('{}');
  const genuine = signatureOf(raw, 'a secret');
  const sha1 = `sha1=${createHmac('sha1', 'a secret').update(raw).digest('hex')}`;
  for (const given of ['', 'sha256=', sha1, genuine.slice(7), genuine.slice(0, -1), `${genuine}00`, `${genuine}\n`])
    expect([given, isSigned(raw, given, ['a secret'])]).toEqual([given, false]);
  assert(property(string(), (given) => expect(isSigned(raw, given, ['a secret'])).toBe(false)));
});
