import { createSign } from 'node:crypto';
import type { EmulatedGitHub } from '../../../emulator/github/index.ts';

/** A JSON Web Token with which a seeded app signs in. */
export function appToken(github: EmulatedGitHub, slug: string, claims: { exp?: number; iss?: number } = {}): string {
  const { id, privateKey } = github.app(slug);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 300;
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: id, exp, ...claims })}`;
  return `${text}.${createSign('sha256').update(text).sign(privateKey, 'base64url')}`;
}
