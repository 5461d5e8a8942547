import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the secrets signed these bytes, by X-Hub-Signature-256. Several secrets are for the days in which one
 * replaces the other. Compared in constant time; the older SHA-1 signature counts for nothing.
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isSigned(raw: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  const [, digest] = /^sha256=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (digest === undefined) return false;
  const given = Buffer.from(digest, 'hex');
  return secrets.some((secret) => timingSafeEqual(createHmac('sha256', secret).update(raw).digest(), given));
}
