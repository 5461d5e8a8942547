import { ForgeError } from '../ports/forge-error.ts';
import { call, type CallOptions } from './call.ts';
import type { OctokitLike } from './octokit.ts';
import { loginFrom } from './rows.ts';
import type { Send } from './send.ts';

/**
 * Asks GitHub once who the token is and remembers the answer. GraphQL's `viewer` knows every kind of token and names an
 * App as its comments do (`slug[bot]`); where GraphQL is closed, `GET /user` knows people's tokens. Whoever is left is
 * `knownLogin`, and without that unknown: nothing counts as ours.
 */
export function viewerOver(
  octokit: OctokitLike,
  send: Send,
  { knownLogin, ...options }: CallOptions & { readonly knownLogin: string | undefined },
): () => Promise<string | undefined> {
  const attempt = async (request: object) => loginFrom(await octokit.graphql('{ viewer { login } }', { request }));
  const ask = async (): Promise<string | undefined> => {
    try {
      return await call({ method: 'POST', path: '/graphql', idempotent: true, attempt }, options);
    } catch (error) {
      options.log.debug(`GraphQL does not say whose token this is; asking GET /user. ${reasonFrom(error)}`);
    }
    try {
      return await send('GET', '/user', {}, loginFrom);
    } catch (error) {
      const reason = reasonFrom(error);
      if (knownLogin === undefined) {
        options.log.warning(
          `GitHub does not say whose token this is, so no existing comment counts as ours. ${reason}`,
        );
      }
      return knownLogin;
    }
  };
  let answer: Promise<string | undefined> | undefined;
  return () => (answer ??= ask());
}

/** Only an answer from GitHub is a reason to go on without one; an abort or a defect is not. */
function reasonFrom(error: unknown): string {
  if (error instanceof ForgeError) return error.message;
  throw error;
}
