import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { WebhookPayload } from './contract.ts';
import { fieldsOf, objectWith, parseJson } from './decode.ts';
import { RebyteError, ValidationError } from './errors.ts';

export type WebhookRefusal =
  | 'missing_header'
  | 'malformed_header'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'wrong_signature'
  | 'wrong_secret'
  | 'malformed_payload';

/** A delivery that is not Rebyte's, not fresh, or not readable. Answer 400 for what is missing or malformed, else 401. */
export class WebhookVerificationError extends RebyteError {
  override name = 'WebhookVerificationError';
  readonly reason: WebhookRefusal;

  constructor(reason: WebhookRefusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface UnwrapOptions {
  /** PEMs, as `webhooks.publicKey()` gives them; a signature by any of them will do. */
  readonly publicKeys: readonly (string | KeyObject)[];
  /** When given, the delivery must carry it too; one of them, while one replaces the other. */
  readonly secret?: string | readonly string[] | undefined;
  /** Milliseconds since the epoch; default: the clock. */
  readonly now?: number | undefined;
  /** How far the delivery's time may be off, either way. Default 300. */
  readonly toleranceSeconds?: number | undefined;
}

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Verifies a delivery over its raw bytes, and only then parses it. A delivery replayed within the tolerance passes:
 * remember what you have seen. Unknown events pass.
 *
 * @throws WebhookVerificationError with the reason; ValidationError when the options could verify nothing.
 * @see the API's "Outbound webhooks": base64(RSA-SHA256, PKCS#1 v1.5, over `{timestamp}.{raw body}`)
 */
export function unwrapWebhook(
  rawBody: Uint8Array | string,
  headers: WebhookHeaders,
  options: UnwrapOptions,
): WebhookPayload {
  const { publicKeys, secret, now = Date.now(), toleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = options;
  // A NaN would make every comparison below false, and replay protection with it.
  if (!Number.isFinite(now)) throw new ValidationError('now', 'now must be a finite number of milliseconds.');
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds <= 0) {
    throw new ValidationError('toleranceSeconds', 'toleranceSeconds must be a finite number above 0.');
  }
  if (publicKeys.length === 0)
    throw new ValidationError('publicKeys', 'At least one public key is needed to verify anything.');

  const timestamp = headerOf(headers, 'x-webhook-timestamp');
  const signature = headerOf(headers, 'x-webhook-signature');
  checkTimestamp(timestamp, { now, toleranceSeconds });
  const body = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody;
  checkSignature({ signed: Buffer.concat([Buffer.from(`${timestamp}.`), body]), signature, publicKeys });
  const secrets = typeof secret === 'string' ? [secret] : (secret ?? []);
  const wanted = secrets.filter((each) => each !== '');
  if (wanted.length > 0 && !carriesOne(headerOf(headers, 'x-webhook-secret'), wanted)) {
    throw new WebhookVerificationError('wrong_secret', 'X-Webhook-Secret is not the secret of this webhook.');
  }
  return payloadFrom(Buffer.from(body).toString('utf8'));
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : recordHeader(headers, name);
  if (value === undefined || value === null || value === '') {
    throw new WebhookVerificationError('missing_header', `The header ${name} is missing.`);
  }
  if (typeof value !== 'string')
    throw new WebhookVerificationError('malformed_header', `The header ${name} came more than once.`);
  return value;
}

function recordHeader(headers: Exclude<WebhookHeaders, Headers>, name: string): string | readonly string[] | undefined {
  return headers[name] ?? Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}

function checkTimestamp(timestamp: string, limits: { readonly now: number; readonly toleranceSeconds: number }): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError('malformed_header', 'x-webhook-timestamp must be whole unix seconds.');
  }
  const age = limits.now / 1000 - Number(timestamp);
  if (age > limits.toleranceSeconds) {
    throw new WebhookVerificationError('timestamp_too_old', `The delivery is ${Math.round(age)} s old.`);
  }
  if (age < -limits.toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_in_future',
      `The delivery is ${Math.round(-age)} s ahead; is the clock right?`,
    );
  }
}

interface Signed {
  readonly signed: Uint8Array;
  readonly signature: string;
  readonly publicKeys: UnwrapOptions['publicKeys'];
}

function checkSignature({ signed, signature, publicKeys }: Signed): void {
  const bytes = Buffer.from(signature, 'base64');
  // Node reads many spellings of the same bytes; only one is what Rebyte sent, and a replay is known by it.
  if (bytes.length === 0 || bytes.toString('base64') !== signature) {
    throw new WebhookVerificationError('malformed_header', 'x-webhook-signature must be base64.');
  }
  if (publicKeys.some((key) => verify('RSA-SHA256', signed, keyObject(key), bytes))) return;
  throw new WebhookVerificationError(
    'wrong_signature',
    'The signature fits neither body and timestamp nor any of the public keys.',
  );
}

/** Parsing a PEM costs five times the verification, and an organization has one key. */
const parsedKeys = new Map<string, KeyObject>();
const MAX_PARSED_KEYS = 16;

function keyObject(key: string | KeyObject): KeyObject {
  if (typeof key !== 'string') return key;
  const known = parsedKeys.get(key);
  if (known !== undefined) return known;
  const parsed = parsePublicKey(key);
  if (parsedKeys.size >= MAX_PARSED_KEYS) parsedKeys.clear();
  parsedKeys.set(key, parsed);
  return parsed;
}

function parsePublicKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new ValidationError('publicKeys', 'A public key is not PEM.', { cause });
  }
  if (key.asymmetricKeyType !== 'rsa') throw new ValidationError('publicKeys', 'A public key is not RSA.');
  return key;
}

/** Digests have one length, so neither the secret's length nor its start shows in the time taken. */
function carriesOne(given: string, secrets: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return secrets.some((secret) => timingSafeEqual(digest(given), digest(secret)));
}

function payloadFrom(text: string): WebhookPayload {
  const body = parseJson(text);
  const { event, taskId, data } = fieldsOf(body);
  const { status } = fieldsOf(data);
  if ([event, taskId, status].every((each) => typeof each === 'string' && each !== ''))
    return objectWith<WebhookPayload>()(body);
  throw new WebhookVerificationError('malformed_payload', 'The body is not {event, taskId, data: {status}}.');
}
