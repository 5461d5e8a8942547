import { verify } from 'node:crypto';
import { isObject, type JsonObject } from './contract/json-schema.ts';
import { Problem } from './problem.ts';
import type { Actor, State } from './state.ts';

/** GitHub's longest life of an app's token, in seconds. */
const MAX_JWT_SECONDS = 600;

/** Whether a bearer token is an app's JSON Web Token and not one of GitHub's opaque tokens. */
export function looksLikeJwt(token: string): boolean {
  return token.split('.').length === 3;
}

/** The app that signed a JSON Web Token (RS256, `iss` is the app's id), or the 401 in GitHub's words. */
export function appOfJwt(state: State, token: string): Actor | Problem {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const header = decode(head);
  const claims = decode(payload);
  const app = [...state.apps.values()].find((one) => String(one.id) === String(claims.iss));
  if (!app?.publicKey || header.alg !== 'RS256') return undecodable();
  const genuine = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!genuine) return undecodable();
  const now = Math.floor(Date.now() / 1000);
  const expires = Number(claims.exp);
  if (!(expires > now)) {
    const message =
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    return new Problem(401, { message });
  }
  if (expires > now + MAX_JWT_SECONDS) {
    return new Problem(401, { message: "'Expiration time' claim ('exp') is too far in the future" });
  }
  return { kind: 'app', login: app.slug, app };
}

/** The claims in a part of the token; none when it is not JSON, which then fails like a stranger's. */
function decode(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function undecodable(): Problem {
  return new Problem(401, { message: 'A JSON web token could not be decoded' });
}
