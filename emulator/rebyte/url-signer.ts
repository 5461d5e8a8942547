import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a signed URL allows: this method on this path, with this Content-Type when one is named. */
export interface Grant {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly contentType?: string;
}

export interface UrlSigner {
  /** The query string that goes behind `?`. */
  sign(grant: Grant, expiresAtMs: number): string;
  check(grant: Grant, query: { readonly expires?: string; readonly signature?: string }): 'ok' | 'expired' | 'forged';
}

/** Signs storage URLs with HMAC-SHA256 under a key of this process. */
export function createUrlSigner(): UrlSigner {
  const key = randomBytes(32);
  const macOf = (grant: Grant, expires: string): Buffer =>
    createHmac('sha256', key)
      .update([grant.method, grant.path, grant.contentType ?? '', expires].join('\n'))
      .digest();
  return {
    sign: (grant, expiresAtMs) =>
      `expires=${expiresAtMs}&signature=${macOf(grant, String(expiresAtMs)).toString('base64url')}`,
    check(grant, { expires = '', signature = '' }) {
      const given = Buffer.from(signature, 'base64url');
      const right = macOf(grant, expires);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'forged';
      return Number(expires) > Date.now() ? 'ok' : 'expired';
    },
  };
}
