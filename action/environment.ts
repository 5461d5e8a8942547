import type { RepositoryName } from '../shared/model/thread.ts';

/** What the runner tells a step, read once at the edge and frozen. Empty strings where the runner says nothing. */
export interface Environment {
  readonly inputsJson: string;
  /** File through which this step tells the cleanup step what it started. */
  readonly stateFile: string;
  readonly workspace: string;
  readonly temp: string;
  readonly eventName: string;
  readonly eventPath: string;
  /** `owner/repo` of the workflow. */
  readonly repository: string;
  readonly ref: string;
  readonly refName: string;
  readonly sha: string;
  readonly headRef: string;
  readonly actor: string;
  /** Whoever caused the event; a re-run is started by somebody else, but gets this one's secrets. */
  readonly eventActor: string;
  readonly workflow: string;
  /** `owner/repo/path/of/workflow.yml@ref`; '' on servers that are too old to say. */
  readonly workflowRef: string;
  readonly runId: string;
  readonly runAttempt: number;
  readonly job: string;
  /** Tells the legs of a matrix apart. */
  readonly jobIndex: string;
  /** Tells two uses of the Action in one job apart. */
  readonly step: string;
  /** `github-token` is the job's own, so what it writes is written by github-actions[bot]. */
  readonly ownToken: boolean;
  readonly serverUrl: string;
  readonly githubApiUrl: string;
  /** URL of the proxy for https, and the hosts that bypass it. */
  readonly proxy: string;
  readonly noProxy: string;
}

/** @param env `process.env`; the one place of the Action that sees it. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const read = (name: string, fallback = ''): string => env[name] || fallback;
  return Object.freeze({
    inputsJson: read('REBYTE_INPUTS', '{}'),
    stateFile: read('REBYTE_STATE_FILE'),
    workspace: read('GITHUB_WORKSPACE', process.cwd()),
    temp: read('RUNNER_TEMP', process.cwd()),
    eventName: read('GITHUB_EVENT_NAME'),
    eventPath: read('GITHUB_EVENT_PATH'),
    repository: read('GITHUB_REPOSITORY'),
    ref: read('GITHUB_REF'),
    refName: read('GITHUB_REF_NAME'),
    sha: read('GITHUB_SHA'),
    headRef: read('GITHUB_HEAD_REF'),
    actor: read('GITHUB_TRIGGERING_ACTOR', read('GITHUB_ACTOR')),
    eventActor: read('GITHUB_ACTOR'),
    workflow: read('GITHUB_WORKFLOW'),
    workflowRef: read('GITHUB_WORKFLOW_REF'),
    runId: read('GITHUB_RUN_ID'),
    runAttempt: Number(read('GITHUB_RUN_ATTEMPT', '1')) || 1,
    job: read('GITHUB_JOB'),
    jobIndex: read('REBYTE_JOB_INDEX'),
    step: read('REBYTE_STEP'),
    ownToken: read('REBYTE_OWN_TOKEN') === 'true',
    serverUrl: read('GITHUB_SERVER_URL', 'https://github.com'),
    githubApiUrl: read('GITHUB_API_URL', 'https://api.github.com'),
    proxy: read('https_proxy', read('HTTPS_PROXY')),
    noProxy: read('no_proxy', read('NO_PROXY')),
  });
}

/** The workflow's own repository. */
export function repositoryOf({ repository }: Environment): RepositoryName {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}

/** The workflow run's page, or '' outside a workflow. */
export function runUrl(environment: Environment): string {
  const { serverUrl, repository, runId, runAttempt } = environment;
  return runId === '' ? '' : `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
}
