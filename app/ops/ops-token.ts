import { createHmac, timingSafeEqual } from 'node:crypto';

/** Lets an operator in. Derived, so that whoever has the App's environment needs no other secret. */
export function opsToken(webhookSecret: string): string {
  return createHmac('sha256', webhookSecret).update('ops').digest('base64url');
}

/** @param authorization the header as it came */
export function isOperator(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
