/** What an Octokit answers with. */
export interface OctokitAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * As much of an Octokit as we need. `@actions/github`'s getOctokit(), Probot's context.octokit and `@octokit/rest` all
 * fit, so both edges pass what they have and nothing here is loaded before it is wanted.
 */
export interface OctokitLike {
  request(route: string, parameters?: Record<string, unknown>): Promise<OctokitAnswer>;
  graphql(query: string, parameters?: Record<string, unknown>): Promise<unknown>;
}
