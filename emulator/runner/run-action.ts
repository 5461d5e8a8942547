import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readActionFile } from './action-file.ts';
import { render } from './expression.ts';
import { completeGitHubContext, type GitHubContext } from './github-context.ts';
import { contextsOf, type Job } from './job.ts';
import { createMasks } from './masks.ts';
import type { ActionResult, StepResult } from './result.ts';
import { continuesWhenCancelled, runStep } from './run-step.ts';
import { GITHUBS_GRACE, type Grace } from './step-process.ts';
import type { ActionFile, StepTemplate } from './template.ts';
import type { UsesStub } from './uses-stub.ts';

export interface ActionOptions {
  /** Folder that holds action.yml. */
  readonly directory: string;
  /** As under `with:`; what the action does not know is warned about, as on GitHub. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly github?: GitHubContext;
  /** Variables of the job. Of the runner's own environment only PATH reaches the steps. */
  readonly env?: Readonly<Record<string, string>>;
  /** Values masked from the start, as the repository's secrets are. The token of the github context is one anyway. */
  readonly secrets?: readonly string[];
  /** Stand-ins for the actions that steps use, by `owner/name@ref` or `owner/name`. */
  readonly uses?: Readonly<Record<string, UsesStub>>;
  /** GITHUB_WORKSPACE; a fresh empty folder by default. */
  readonly cwd?: string;
  /** RUNNER_TEMP; a fresh folder by default, which is gone when the run is over. */
  readonly temp?: string;
  /** Told each line of the log as it comes, masked. */
  readonly onLine?: (line: string) => void;
  /** Told each line as a step's process wrote it, before masks and commands: who relies on no runner sees this. */
  readonly onOutput?: (line: string) => void;
  readonly strategy?: object;
  readonly matrix?: object;
  /** Cancels the run when it fires, like `ActionRun.cancel`. */
  readonly signal?: AbortSignal;
  /** GitHub's 7.5 s and 2.5 s by default. */
  readonly grace?: Grace;
}

/** A run under way. */
export interface ActionRun {
  readonly finished: Promise<ActionResult>;
  /**
   * Cancels as GitHub does: the running step's entry process gets SIGINT, SIGTERM after 7.5 s, and SIGKILL with all it started
   * 2.5 s later; then steps whose `if` says so still run.
   */
  cancel(first?: 'SIGINT' | 'SIGTERM'): void;
  /** Kills the running step and all it started without a warning, as a machine without memory does. */
  kill(): void;
}

/**
 * Runs a composite action as GitHub's runner would.
 * @throws {Error} (`startAction`: at once; `runAction`: rejects) when action.yml is not valid
 */
export async function runAction(options: ActionOptions): Promise<ActionResult> {
  return startAction(options).finished;
}

export function startAction(options: ActionOptions): ActionRun {
  const directory = path.resolve(options.directory);
  const action = readActionFile(directory);
  const temp = options.temp ?? mkdtempSync(path.join(tmpdir(), 'runner-'));
  const job = createJob(options, { directory, temp });
  let current: StepTemplate | undefined;
  const cancel = (first: 'SIGINT' | 'SIGTERM' = 'SIGINT') => {
    if (job.status === 'cancelled') return;
    const goesOn = current !== undefined && continuesWhenCancelled(job, current);
    job.status = 'cancelled';
    if (!goesOn) job.running?.cancel(first);
  };
  const onAbort = () => cancel();
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort);
  const finished = runSteps(job, { action, options, onStep: (step) => (current = step) }).finally(() => {
    options.signal?.removeEventListener('abort', onAbort);
    for (const step of job.leftovers) step.killTree();
    if (options.temp === undefined) rmSync(temp, { recursive: true, force: true });
  });
  return { finished, cancel, kill: () => job.running?.killTree() };
}

async function runSteps(
  job: Job,
  { action, options, onStep }: { action: ActionFile; options: ActionOptions; onStep: (step: StepTemplate) => void },
): Promise<ActionResult> {
  fillInputs(job, action, options);
  const head = unexpectedInputs(action, options);
  for (const line of head) job.onLine(line);
  const steps: StepResult[] = [];
  let summary = '';
  for (const [index, step] of action.steps.entries()) {
    onStep(step);
    const { summary: added, ...result } = await runStep(job, { step, index, stubs: options.uses ?? {} });
    steps.push(result);
    if (added !== '') summary += added.endsWith('\n') ? added : `${added}\n`;
  }
  const outputs = action.outputs.map(({ name, value }) => [name, render(value, contextsOf(job), job.status)]);
  return {
    conclusion: job.status,
    outputs: Object.fromEntries(outputs),
    steps,
    summary,
    log: [...head.map((line) => `${line}\n`), ...steps.map((step) => step.log)].join(''),
    env: job.env,
    masks: job.masks.values(),
  };
}

function createJob(options: ActionOptions, { directory, temp }: { directory: string; temp: string }): Job {
  const workspace = path.resolve(options.cwd ?? options.github?.workspace ?? path.join(temp, '_work'));
  const eventPath = path.join(temp, '_github_workflow', 'event.json');
  for (const folder of [workspace, path.dirname(eventPath)]) mkdirSync(folder, { recursive: true });
  writeFileSync(eventPath, JSON.stringify(options.github?.event ?? {}));
  const github = completeGitHubContext(options.github ?? {}, { workspace, actionPath: directory, eventPath });
  return {
    github,
    inputs: {},
    strategy: options.strategy ?? { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    matrix: options.matrix ?? {},
    temp,
    masks: createMasks([...(options.secrets ?? []), options.github?.token ?? '']),
    grace: options.grace ?? GITHUBS_GRACE,
    onLine: options.onLine ?? (() => {}),
    onOutput: options.onOutput ?? (() => {}),
    steps: {},
    env: { ...options.env },
    paths: [],
    leftovers: [],
    status: 'success',
    running: undefined,
  };
}

/** What was given, else the action's default, which may name contexts. */
function fillInputs(job: Job, action: ActionFile, options: ActionOptions): void {
  const given = new Map(Object.entries(options.inputs ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  for (const { name, default: byDefault } of action.inputs) {
    const text = byDefault ? render(byDefault, contextsOf(job), 'success') : '';
    job.inputs[name] = given.get(name.toLowerCase()) ?? text;
  }
}

function unexpectedInputs(action: ActionFile, options: ActionOptions): readonly string[] {
  const known = action.inputs.map((input) => input.name.toLowerCase());
  const unknown = Object.keys(options.inputs ?? {}).filter((name) => !known.includes(name.toLowerCase()));
  if (unknown.length === 0) return [];
  const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
  return [`##[warning]Unexpected input(s) ${list(unknown)}, valid inputs are [${list(known)}]`];
}
