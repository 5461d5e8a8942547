import { ForgeError } from '../ports/forge-error.ts';
import type { RepositoryName, Thread } from '../model/thread.ts';
import { call, type CallOptions } from './call.ts';
import { UnreadableAnswer } from './failure.ts';
import type { OctokitAnswer, OctokitLike } from './octokit.ts';
import { allRows } from './pages.ts';
import { messageOf } from '../model/message-of.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** Sends a REST request until it has an answer that `read` understands. Rejects with a {@link ForgeError}. */
export type Send = <T>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  parameters: Parameters,
  read: (data: unknown, headers: OctokitAnswer['headers']) => T,
) => Promise<T>;

/** A POST creates something each time it is sent, a reaction excepted: the same one again is answered with the first. */
export function sender(octokit: OctokitLike, options: CallOptions): Send {
  return (method, path, parameters, read) => {
    const attempt = async (request: Parameters) => {
      const { data, headers } = await octokit.request(`${method} ${path}`, { ...parameters, request });
      try {
        return read(data, headers);
      } catch (error) {
        throw new UnreadableAnswer(messageOf(error), { cause: error });
      }
    };
    const idempotent = method !== 'POST' || path.endsWith('/reactions');
    return call({ method, path, idempotent, attempt }, options);
  };
}

/** Every row of a listing. */
export function list(send: Send, path: string, query: Parameters = {}): AsyncIterable<unknown> {
  return allRows(query, (page) =>
    send('GET', path, page, (data, headers) => ({ data, link: String(headers['link'] ?? '') })),
  );
}

export function repositoryPath({ owner, repo }: RepositoryName): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
}

export function threadPath(thread: Thread): string {
  return `${repositoryPath(thread)}/issues/${thread.number}`;
}

/** Throws before anything is sent when `text` has more characters (Unicode code points) than GitHub takes. */
export function refuseTooLong(method: string, path: string, text: string, limit: number): void {
  // A string has at most as many code points as code units, so most are settled without counting.
  if (text.length <= limit) return;
  const length = Array.from(text).length;
  if (length <= limit) return;
  const message = `${method} ${path} was not sent: the text has ${length} characters and GitHub takes ${limit}. Shorten it.`;
  throw new ForgeError(message, { method, path, passes: false });
}
