import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  unwrapWebhook,
  type UnwrapOptions,
  type WebhookHeaders,
  WebhookVerificationError,
} from '../../../shared/rebyte/index.ts';

function keyPair(): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const ours = keyPair();
const other = keyPair();

const SECONDS = 1_769_600_000;
const now = SECONDS * 1000;
const payload = {
  event: 'task.completed',
  taskId: 't1',
  timestamp: SECONDS,
  data: { status: 'succeeded', taskUrl: 'u', result: 'Grüße 🌍' },
};
const body = JSON.stringify(payload);

interface Delivery {
  readonly body?: string | Buffer;
  readonly timestamp?: string;
  readonly privateKey?: string;
  readonly headers?: Record<string, string | string[] | undefined>;
}

function signed({
  body: raw = body,
  timestamp = String(SECONDS),
  privateKey = ours.privateKey,
  headers = {},
}: Delivery = {}) {
  const signature = sign(
    'RSA-SHA256',
    Buffer.concat([Buffer.from(`${timestamp}.`), Buffer.from(raw)]),
    privateKey,
  ).toString('base64');
  return { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature, ...headers };
}

function unwrap(raw: string | Uint8Array, headers: WebhookHeaders, options: Partial<UnwrapOptions> = {}) {
  return unwrapWebhook(raw, headers, { publicKeys: [ours.publicKey], now, ...options });
}

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.reason;
    throw error;
  }
  return 'accepted';
}

describe('a delivery is accepted', () => {
  test('as text, buffer or bytes, with headers of any case and kind', () => {
    const headers = signed();
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(unwrap(body, headers)).toEqual(payload);
    expect(unwrap(Buffer.from(body), shouted)).toEqual(payload);
    expect(unwrap(new TextEncoder().encode(body), new Headers(headers as Record<string, string>))).toEqual(payload);
  });

  test('by the second of two keys, and by a key that is parsed already', () => {
    const headers = signed({ privateKey: other.privateKey });
    expect(unwrap(body, headers, { publicKeys: [ours.publicKey, other.publicKey] })).toEqual(payload);
    expect(unwrap(body, headers, { publicKeys: [createPublicKey(other.publicKey)] })).toEqual(payload);
  });

  test('when it tells of an event that nobody knows yet', () => {
    const raw = JSON.stringify({
      event: 'task.dreaming',
      taskId: 't',
      timestamp: 1,
      data: { status: 'asleep', taskUrl: 'u', more: 1 },
    });
    expect(unwrap(raw, signed({ body: raw }))).toMatchObject({ event: 'task.dreaming', data: { more: 1 } });
  });

  test('at the very edge of the tolerance, either way', () => {
    expect(unwrap(body, signed(), { now: now + 300_000 })).toEqual(payload);
    expect(unwrap(body, signed(), { now: now - 300_000 })).toEqual(payload);
  });

  test('with the secret, where there is one', () => {
    expect(unwrap(body, signed({ headers: { 'x-webhook-secret': 's3' } }), { secret: 's3' })).toEqual(payload);
  });
});

test.each<[string, string, () => unknown]>([
  ['no timestamp', 'missing_header', () => unwrap(body, { ...signed(), 'x-webhook-timestamp': undefined })],
  ['no signature', 'missing_header', () => unwrap(body, { ...signed(), 'x-webhook-signature': '' })],
  ['two signatures', 'malformed_header', () => unwrap(body, { ...signed(), 'x-webhook-signature': ['a', 'b'] })],
  [
    'a signature that is not base64',
    'malformed_header',
    () => unwrap(body, { ...signed(), 'x-webhook-signature': '!!' }),
  ],
  ...['NaN', 'Infinity', '1e9', '-1', '1.5', '0x10', ' 1', '9'.repeat(13), 'Date'].map(
    (timestamp): [string, string, () => unknown] => [
      `the timestamp ${timestamp}`,
      'malformed_header',
      () => unwrap(body, signed({ timestamp })),
    ],
  ),
  ['an old timestamp', 'timestamp_too_old', () => unwrap(body, signed(), { now: now + 301_000 })],
  ['a timestamp of the future', 'timestamp_in_future', () => unwrap(body, signed(), { now: now - 301_000 })],
  ['one byte changed', 'wrong_signature', () => unwrap(body.replace('t1', 't2'), signed())],
  ['the JSON written anew', 'wrong_signature', () => unwrap(JSON.stringify(payload, null, 1), signed())],
  [
    'another timestamp than was signed',
    'wrong_signature',
    () => unwrap(body, { ...signed(), 'x-webhook-timestamp': String(SECONDS + 1) }),
  ],
  ['the signature of a stranger', 'wrong_signature', () => unwrap(body, signed({ privateKey: other.privateKey }))],
  ['no secret', 'missing_header', () => unwrap(body, signed(), { secret: 's3' })],
  [
    'the wrong secret',
    'wrong_secret',
    () => unwrap(body, signed({ headers: { 'x-webhook-secret': 's4' } }), { secret: 's3' }),
  ],
  ['signed nonsense', 'malformed_payload', () => unwrap('{', signed({ body: '{' }))],
  [
    'a signed payload without a task',
    'malformed_payload',
    () => unwrap('{"event":"x"}', signed({ body: '{"event":"x"}' })),
  ],
])('a delivery with %s is refused: %s', (_, reason, act) => {
  expect(reasonOf(act)).toBe(reason);
});

test.each<[string, Partial<UnwrapOptions>]>([
  ['toleranceSeconds', { toleranceSeconds: Number.NaN }],
  ['toleranceSeconds', { toleranceSeconds: 0 }],
  ['toleranceSeconds', { toleranceSeconds: Infinity }],
  ['now', { now: Number.NaN }],
  ['publicKeys', { publicKeys: [] }],
  ['publicKeys', { publicKeys: ['no pem'] }],
  [
    'publicKeys',
    { publicKeys: [generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()] },
  ],
])('options that would verify nothing are a defect, not a refusal: %s', (field, options) => {
  expect(() => unwrap(body, signed(), options)).toThrow(expect.objectContaining({ name: 'ValidationError', field }));
});
