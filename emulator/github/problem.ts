import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An answer GitHub gives instead of what was asked for: thrown by a route, written by the server. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    body: { readonly message: string; readonly errors?: readonly unknown[] },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${body.message}`);
    this.name = 'Problem';
    this.status = status;
    this.body = { ...body, documentation_url: 'https://docs.github.com/rest', status: String(status) };
    this.headers = headers;
  }
}

/** Also GitHub's answer for what one may not see. */
export function notFound(): Problem {
  return new Problem(404, { message: 'Not Found' });
}

export function forbidden(message: string, headers?: Readonly<Record<string, string>>): Problem {
  return new Problem(403, { message }, headers);
}

/** What a token of an installation (so also GITHUB_TOKEN) gets for lack of a permission; the header names those that would do. */
export function notAccessible(accepted: readonly string[] = []): Problem {
  const headers = accepted.length > 0 ? { 'x-accepted-github-permissions': accepted.join('; ') } : {};
  return forbidden('Resource not accessible by integration', headers);
}

export function invalid(errors: readonly Readonly<Record<string, string>>[]): Problem {
  return new Problem(422, { message: 'Validation Failed', errors });
}

/** The other form of 422, for a body that does not fit the schema. */
export function invalidRequest(reasons: readonly string[]): Problem {
  return new Problem(422, { message: `Invalid request.\n\n${reasons.join('\n')}` });
}
