/**
 * The `github` context of a run. What is not given is made up to fit; every text in it but the token also reaches the steps
 * as `GITHUB_…`, as on GitHub.
 */
export interface GitHubContext {
  readonly event_name?: string;
  /** The webhook's payload; also written to the file that GITHUB_EVENT_PATH names. */
  readonly event?: object;
  /** `owner/name` */
  readonly repository?: string;
  readonly ref?: string;
  readonly sha?: string;
  readonly head_ref?: string;
  readonly base_ref?: string;
  readonly actor?: string;
  readonly triggering_actor?: string;
  readonly workflow?: string;
  /** `owner/name/.github/workflows/file.yml@ref` */
  readonly workflow_ref?: string;
  readonly job?: string;
  readonly run_id?: string;
  readonly run_number?: string;
  readonly run_attempt?: string;
  readonly server_url?: string;
  readonly api_url?: string;
  readonly graphql_url?: string;
  readonly token?: string;
  readonly workspace?: string;
  readonly action?: string;
  readonly action_repository?: string;
  readonly action_ref?: string;
}

/** The context with everything filled in, for the contexts of expressions. */
export type FullGitHubContext = Readonly<Record<string, unknown>> & { readonly workspace: string };

/** Values GitHub never passes on as variables. */
const NO_VARIABLE = new Set(['token', 'event']);

export function completeGitHubContext(
  given: GitHubContext,
  places: { workspace: string; actionPath: string; eventPath: string },
): FullGitHubContext {
  const repository = given.repository ?? 'octocat/hello-world';
  const ref = given.ref ?? 'refs/heads/main';
  return {
    event_name: 'push',
    event: {},
    sha: '0'.repeat(40),
    head_ref: '',
    base_ref: '',
    actor: 'octocat',
    triggering_actor: given.actor ?? 'octocat',
    workflow: 'CI',
    workflow_ref: `${repository}/.github/workflows/ci.yml@${ref}`,
    job: 'build',
    run_id: '1',
    run_number: '1',
    run_attempt: '1',
    server_url: 'https://github.com',
    api_url: 'https://api.github.com',
    graphql_url: 'https://api.github.com/graphql',
    token: '',
    action: '__self',
    action_repository: '',
    action_ref: '',
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: 'false',
    retention_days: '90',
    secret_source: 'Actions',
    ...given,
    repository,
    repository_owner: repository.split('/')[0],
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    workspace: places.workspace,
    action_path: places.actionPath,
    event_path: places.eventPath,
  };
}

/** The `GITHUB_…` variables of the context. */
export function gitHubVariables(github: FullGitHubContext): Record<string, string> {
  const texts = Object.entries(github).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' && !NO_VARIABLE.has(key) ? [[`GITHUB_${key.toUpperCase()}`, value]] : [],
  );
  return { ...Object.fromEntries(texts), GITHUB_ACTIONS: 'true', CI: 'true' };
}
