import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { INPUTS } from '../../action/inputs/inputs.ts';
import type { GitHubContext } from '../../emulator/runner/index.ts';
import { completeGitHubContext, gitHubVariables } from '../../emulator/runner/github-context.ts';
import { now } from '../numbers.ts';
import { ROOT } from '../root.ts';
import type { Places } from './messages.ts';

/** What action.yml starts. */
export const BUNDLE = join(ROOT, 'dist/action');

/** Enough of a log to say what went wrong. */
const KEPT_LOG_CHARS = 4_000;

export interface ActionOptions {
  readonly places: Places;
  /** As under `with:`; the rest has its defaults. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly githubApiUrl?: string;
  /** A module that Node loads before the bundle (`node --import`), with the variables it needs. */
  readonly preload?: { readonly module: URL; readonly env: Readonly<Record<string, string>> };
}

/** The bundle at work, started without a shell and without a runner. */
export interface ActionProcess {
  /** `now()` right before the process was started. */
  readonly startedAt: number;
  /** `now()` when it had ended. Rejects when the step failed. */
  readonly ended: Promise<number>;
  /** Ends it at once, and does not mind. */
  readonly kill: () => Promise<void>;
  /** Resolves when its log has these words. Rejects when it ends without. */
  readonly says: (words: string) => Promise<void>;
  /** Sends SIGINT, as the runner does when the workflow is canceled. Milliseconds until it has ended. */
  readonly interrupt: () => Promise<number>;
}

/** Starts `node dist/action/index.js run` on the pull request with the variables that the runner and action.yml give. */
export function startActionProcess(options: ActionOptions): ActionProcess {
  const temp = mkdtempSync(join(tmpdir(), 'rebyte-bench-'));
  const env = { ...variables(options, temp), ...options.preload?.env };
  const preload = options.preload === undefined ? [] : ['--import', options.preload.module.href];
  const startedAt = now();
  const child = spawn(process.execPath, [...preload, join(BUNDLE, 'index.js'), 'run'], {
    cwd: options.places.workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const heard = new EventEmitter();
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-KEPT_LOG_CHARS);
      heard.emit('more');
    });
  }
  let stopped = false;
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    let endedAt = 0;
    child.once('exit', () => (endedAt = now()));
    child.once('close', (code) => {
      rmSync(temp, { recursive: true, force: true });
      if (code === 0 || stopped) resolve(endedAt);
      else reject(new Error(`The Action failed, so there is nothing to measure:\n${log}`));
    });
  });
  const stop = async (signal: NodeJS.Signals): Promise<number> => {
    stopped = true;
    const signaledAt = now();
    child.kill(signal);
    return (await ended) - signaledAt;
  };
  const says = async (words: string): Promise<void> => {
    while (!log.includes(words)) {
      const more = once(heard, 'more').then(() => true);
      if (!(await Promise.race([more, ended.then(() => false)])))
        throw new Error(`The Action ended without "${words}":\n${log}`);
    }
  };
  return {
    startedAt,
    ended,
    kill: async () => void (await stop('SIGKILL')),
    says,
    interrupt: async () => await stop('SIGINT'),
  };
}

/** Inputs for the step, each as `with:` has it. */
export function inputsFor({ apiKey, token }: Places, given: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(INPUTS).map(([name, spec]) => [name, spec.default]);
  return { ...Object.fromEntries(defaults), 'api-key': apiKey, 'github-token': token, ...given };
}

/** The `github` context of the pull request's workflow run; every run is a new one, so that none attaches to another. */
export function contextFor(places: Places, githubApiUrl = places.githubApiUrl): GitHubContext {
  runs += 1;
  return {
    ...places.pullRequest,
    repository: places.repository,
    server_url: places.githubUrl,
    api_url: githubApiUrl,
    graphql_url: places.graphqlUrl,
    token: places.token,
    run_id: String(runs),
  };
}

let runs = 1_000;

/** The runner's variables for a step, as emulator/runner sets them, and action.yml's own. */
function variables({ places, inputs, githubApiUrl }: ActionOptions, temp: string): Record<string, string> {
  const context = contextFor(places, githubApiUrl);
  const eventPath = join(temp, 'event.json');
  writeFileSync(eventPath, JSON.stringify(context.event));
  const commandFiles = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'].map(
    (name) => [`GITHUB_${name}`, join(temp, name)] as const,
  );
  for (const [, file] of commandFiles) writeFileSync(file, '');
  const home = join(temp, 'home');
  mkdirSync(home);
  const github = completeGitHubContext(context, { workspace: places.workspace, actionPath: ROOT, eventPath });
  return {
    ...gitHubVariables(github),
    ...Object.fromEntries(commandFiles),
    HOME: home,
    LANG: 'C.UTF-8',
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    RUNNER_TEMP: temp,
    REBYTE_INPUTS: JSON.stringify(inputsFor(places, inputs)),
    REBYTE_STATE_FILE: join(temp, 'state'),
    REBYTE_STEP: '__self',
    REBYTE_JOB_INDEX: '0',
    REBYTE_OWN_TOKEN: 'true',
  };
}
