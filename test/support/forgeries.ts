import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { constantFrom, nat, tuple, type Arbitrary } from 'fast-check';
import { isSigned } from '../../app/github/is-signed.ts';
import { unwrapWebhook, WebhookVerificationError } from '../../shared/rebyte/index.ts';

export const SECRET = 'a secret, of GitHub or of Rebyte';
/** Milliseconds; the genuine delivery of Rebyte is five seconds old. */
export const NOW = 1_700_000_100_000;
const AT = String(NOW / 1_000 - 5);
const TEXT = JSON.stringify({
  event: 'task.completed',
  taskId: 'täsk-1',
  data: { status: 'succeeded', result: 'Döne.' },
});
const BODY = Buffer.from(TEXT);

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const publicKeys = [ours.publicKey.export({ type: 'spki', format: 'pem' }).toString()];

const hmac = (secret: string, hash = 'sha256') => createHmac(hash, secret).update(BODY).digest();
const signedBy = (key = ours.privateKey, { hash = 'RSA-SHA256', at = AT, body = BODY } = {}) =>
  sign(hash, Buffer.from(`${at}.${String(body)}`), key);

/** What is sent: a change of it is a forgery, whatever is changed. */
export interface Sent {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

type Forge<T> = (genuine: T, at: number, by: number) => T;

const flipBit: Forge<Buffer> = (bytes, at, by) => {
  const copy = Buffer.from(bytes);
  const index = at % copy.length;
  copy[index] = (copy[index] ?? 0) ^ (1 << (by % 8));
  return copy;
};
const cut: Forge<Buffer> = (bytes, at) => bytes.subarray(0, at % bytes.length);
const replaceCharacter: Forge<string> = (text, at, by) => {
  const index = at % text.length;
  return text.slice(0, index) + String.fromCharCode(33 + (by % 94)) + text.slice(index + 1);
};

const BODIES: readonly Forge<Buffer>[] = [
  flipBit,
  (bytes, at, by) => flipBit(flipBit(bytes, at, by), by, at),
  cut,
  (bytes, at) => bytes.subarray(at % bytes.length),
  (bytes, at) => Buffer.concat([bytes, Buffer.from([at % 256])]),
  (bytes, at, by) =>
    Buffer.concat([
      bytes.subarray(0, at % bytes.length),
      Buffer.alloc(1 + (by % 40), 0x20),
      bytes.subarray(at % bytes.length),
    ]),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  (bytes) => Buffer.from(String(bytes), 'utf16le'),
  (bytes) => Buffer.from(String(bytes), 'latin1'),
  (bytes) => Buffer.from(String(bytes).normalize('NFD')),
  (bytes) => Buffer.from(bytes.toString('base64')),
  (bytes) => Buffer.from(encodeURIComponent(String(bytes))),
  (bytes) => Buffer.from(`payload=${encodeURIComponent(String(bytes))}`),
  (bytes) => Buffer.from(String(bytes).replaceAll(':', ': ')),
  (bytes) => gzipSync(bytes),
  () => Buffer.alloc(0),
];

const TEXTS: readonly Forge<string>[] = [
  replaceCharacter,
  (text, at, by) => replaceCharacter(replaceCharacter(text, at, by), by, at),
  (text, at) => text.slice(0, at % text.length),
  (text, at) => text.slice(1 + (at % text.length)),
  (text, at, by) => text.slice(0, at % text.length) + String.fromCharCode(by % 256) + text.slice(at % text.length),
  (text) => `${text}, ${text}`,
  (text) => `"${text}"`,
  (text) => encodeURIComponent(`${text}/`),
  (text) => Buffer.from(text).toString('base64'),
  (text) => `${text}\n`,
  (text) => `\u0000${text}`,
  () => '',
];

/** For each header, what is put in the place of its genuine value. */
type Headers = Readonly<Record<string, readonly Forge<string>[]>>;

const always =
  (text: string): Forge<string> =>
  () =>
    text;
const GITHUB: Headers = {
  'x-hub-signature-256': [
    ...TEXTS,
    (text) => text.toUpperCase(),
    (text) => text.replace('sha256', 'SHA256'),
    (text) => text.replace('sha256=', 'sha1='),
    (text) => text.replace('sha256=', ''),
    (text) => text.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    always(`sha256=${hmac(SECRET).toString('base64')}`),
    always(`sha1=${hmac(SECRET, 'sha1').toString('hex')}`),
    always(`sha256=${hmac(SECRET, 'sha512').toString('hex')}`),
    (_, at, by) => `sha256=${hmac(replaceCharacter(SECRET, at, by === 0 ? 1 : by)).toString('hex')}`,
    (_, at) => `sha256=${hmac(SECRET.slice(0, at % SECRET.length)).toString('hex')}`,
    ...['development', '', 'undefined', SECRET.toUpperCase(), ` ${SECRET}`].map((secret) =>
      always(`sha256=${hmac(secret).toString('hex')}`),
    ),
  ],
};
const REBYTE: Headers = {
  'x-webhook-signature': [
    ...TEXTS,
    (text, at, by) => flipBit(Buffer.from(text, 'base64'), at, by).toString('base64'),
    (text) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    (text) => text.replaceAll('=', ''),
    // The last character before the padding has bits that mean nothing.
    (text, _, by) =>
      text.replace(/.(=+)$/, (end, padding: string) => String.fromCharCode(end.charCodeAt(0) + 1 + (by % 3)) + padding),
    (text) => Buffer.from(text, 'base64').toString('hex'),
    ...[theirs, ours.privateKey].map((key) => always(signedBy(key, { hash: 'RSA-SHA512' }).toString('base64'))),
    always(signedBy(theirs).toString('base64')),
    always(signedBy(ours.privateKey, { hash: 'RSA-SHA1' }).toString('base64')),
    always(
      sign('sha256', Buffer.from(`${AT}.${TEXT}`), {
        key: ours.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
      }).toString('base64'),
    ),
    always(sign('sha256', BODY, ours.privateKey).toString('base64')),
    always(hmac(publicKeys[0] ?? '').toString('base64')),
  ],
  'x-webhook-timestamp': [
    ...TEXTS,
    (text, at) => String(Number(text) + 1 + (at % 290)),
    (text, at) => String(Number(text) - 1 - (at % 290)),
    (text) => `0${text}`,
    (text) => `+${text}`,
    (text) => `${text}.0`,
    (text) => `${text}e0`,
    (text) => `${text}000`,
    (text) => `0x${Number(text).toString(16)}`,
    always(new Date(NOW).toISOString()),
    always('NaN'),
    always('Infinity'),
  ],
  'x-webhook-secret': [...TEXTS, (text) => text.toUpperCase(), always('undefined')],
};
const GITHUB_GENUINE: Sent = {
  body: BODY,
  headers: { 'x-hub-signature-256': `sha256=${hmac(SECRET).toString('hex')}` },
};
const REBYTE_GENUINE: Sent = {
  body: BODY,
  headers: {
    'x-webhook-signature': signedBy().toString('base64'),
    'x-webhook-timestamp': AT,
    'x-webhook-secret': SECRET,
  },
};

/** One or two things changed, at random; a change that comes out as what it was is none, and the body's last byte goes. */
function forgeries(genuine: Sent, headers: Headers) {
  const changes: Forge<Sent>[] = [
    ...BODIES.map((forge): Forge<Sent> => (sent, at, by) => ({ ...sent, body: forge(sent.body, at, by) })),
    ...Object.entries(headers).flatMap(([name, forges]) =>
      forges.map((forge): Forge<Sent> => (sent, at, by) => {
        const value = forge(genuine.headers[name] ?? '', at, by);
        return { ...sent, headers: { ...sent.headers, [name]: value } };
      }),
    ),
  ];
  const numbers = tuple(nat(), nat());
  return tuple(constantFrom(...changes), numbers, constantFrom(undefined, ...changes), numbers).map(
    ([first, one, second, two]) => {
      const once = first(genuine, ...one);
      const forged = second === undefined || once.body.length === 0 ? once : second(once, ...two);
      return isSame(forged, genuine) ? { ...genuine, body: BODY.subarray(0, -1) } : forged;
    },
  );
}

/** As HTTP has it: blank space around a header's value is no part of it. */
function isSame(one: Sent, other: Sent): boolean {
  const values = ({ headers }: Sent) => JSON.stringify(Object.values(headers).map((value) => value.trim()));
  return one.body.equals(other.body) && values(one) === values(other);
}

function isRebytes({ body, headers }: Sent): boolean {
  try {
    return unwrapWebhook(body, headers, { publicKeys, secret: SECRET, now: NOW }).taskId !== '';
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

/** Deliveries of one sender, and what tells the genuine one. */
export interface Forgeries {
  readonly sender: string;
  /** Where openForgeryTarget takes them. */
  readonly path: string;
  readonly genuine: Sent;
  readonly forged: Arbitrary<Sent>;
  readonly isGenuine: (sent: Sent) => boolean;
}

export const OF_GITHUB: Forgeries = {
  sender: 'GitHub',
  path: '/github',
  genuine: GITHUB_GENUINE,
  forged: forgeries(GITHUB_GENUINE, GITHUB),
  isGenuine: ({ body, headers }) => isSigned(body, headers['x-hub-signature-256'] ?? '', [SECRET]),
};

export const OF_REBYTE: Forgeries = {
  sender: 'Rebyte',
  path: '/rebyte',
  genuine: REBYTE_GENUINE,
  forged: forgeries(REBYTE_GENUINE, REBYTE),
  isGenuine: isRebytes,
};

/** HTTP has no way to say some of them. */
export function canBeSent({ headers }: Sent): boolean {
  return Object.values(headers).every((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value));
}
