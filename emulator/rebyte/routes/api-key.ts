import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../api-error.ts';
import type { Env } from './route.ts';

/** The header that carries the key, as documented and in its two other spellings; HTTP ignores the case. */
const NAMES = ['api_key', 'api-key', 'x-api-key'];

/** The key that a request carries, if any. */
export function apiKeyOf(headers: Headers): string | undefined {
  return NAMES.map((name) => headers.get(name)).find((value) => value !== null) ?? undefined;
}

/** Lets in who carries one of the keys. */
export function requireApiKey(keys: readonly string[]): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = apiKeyOf(c.req.raw.headers);
    if (!key) throw new ApiError('missing_api_key', 'send your key in the API_KEY header');
    if (!keys.includes(key)) throw new ApiError('invalid_api_key', 'the API key is unknown or has expired');
    await next();
  };
}
