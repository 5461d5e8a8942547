import type { GitHubContext } from '../../emulator/runner/index.ts';

/** Where everything is. Each server by its own address, and by a tap's, which sees what passes. */
export interface Places {
  readonly apiKey: string;
  readonly token: string;
  readonly repository: string;
  /** A checkout of the pull request, as actions/checkout leaves it. */
  readonly workspace: string;
  readonly rebyteUrl: string;
  readonly rebyteTapUrl: string;
  /** A listener that takes a request and never answers. */
  readonly silentUrl: string;
  readonly githubUrl: string;
  readonly githubApiUrl: string;
  readonly githubTapApiUrl: string;
  readonly graphqlUrl: string;
  readonly pullRequest: GitHubContext;
}

/** `METHOD /path` of each request, in order. */
export interface Traffic {
  readonly rebyte: readonly string[];
  readonly github: readonly string[];
}

/** What was seen on the wire: a byte of a request to the silent server; `done`; the result in a request to GitHub. */
export type Mark = 'first-byte' | 'done' | 'posted';

/** What the agent of a bench ends with: seen on its way to GitHub. */
export const RESULT_TEXT = 'Bench result';

/** The same in a prompt, so that only the result itself matches. */
export const RESULT_DIRECTIVE = 'demo: result \\x42ench result';

export type FromStage =
  | { readonly kind: 'ready'; readonly places: Places }
  /** `at`: `now()` when the bytes were there. */
  | { readonly kind: 'mark'; readonly mark: Mark; readonly at: number }
  | { readonly kind: 'traffic'; readonly traffic: Traffic };

/** Asks for the requests since it was last asked. */
export interface ToStage {
  readonly ask: 'traffic';
}
