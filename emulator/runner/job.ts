import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { gitHubVariables, type FullGitHubContext } from './github-context.ts';
import type { Contexts, Status } from './expression.ts';
import type { Masks } from './masks.ts';
import type { StepProcess, Grace } from './step-process.ts';

/** What the steps of one run share and change. */
export interface Job {
  readonly github: FullGitHubContext;
  readonly inputs: Record<string, string>;
  readonly strategy: object;
  readonly matrix: object;
  /** RUNNER_TEMP */
  readonly temp: string;
  readonly masks: Masks;
  readonly grace: Grace;
  readonly onLine: (line: string) => void;
  /** Told each line as a process wrote it. */
  readonly onOutput: (line: string) => void;
  /** Results of the steps that have an id. */
  readonly steps: Record<string, { outputs: object; outcome: string; conclusion: string }>;
  /** The job's variables, and what GITHUB_ENV added. */
  readonly env: Record<string, string>;
  /** What GITHUB_PATH put in front of PATH, the newest first. */
  readonly paths: string[];
  /** Ended steps: what they left running in the background lives on until the run ends, as on GitHub. */
  readonly leftovers: StepProcess[];
  status: Status;
  running: StepProcess | undefined;
}

export function contextsOf(job: Job, stepEnv: Readonly<Record<string, string>> = {}): Contexts {
  const { github, inputs, steps, strategy, matrix, status } = job;
  const env = { ...job.env, ...stepEnv };
  return { github, inputs, steps, env, strategy, matrix, job: { status }, runner: runnerContext(job.temp) };
}

/**
 * Variables of a step's process. Of ours it sees PATH alone: what a test passes by accident on a developer's machine would
 * not be there on GitHub. There is no INPUT_…: composite actions get none.
 */
export function processEnv(job: Job, stepEnv: Readonly<Record<string, string>>): Record<string, string> {
  const merged: Record<string, string> = { ...job.env, ...stepEnv };
  const home = path.join(job.temp, '_home');
  mkdirSync(home, { recursive: true });
  const runner = Object.entries(runnerContext(job.temp)).map(([key, value]) => [`RUNNER_${key.toUpperCase()}`, value]);
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    ...merged,
    ...gitHubVariables(job.github),
    ...Object.fromEntries(runner),
    PATH: [...job.paths, merged.PATH ?? process.env.PATH ?? ''].join(path.delimiter),
  };
}

function runnerContext(temp: string): Record<string, string> {
  const systems: Readonly<Record<string, string>> = { darwin: 'macOS', win32: 'Windows' };
  return {
    os: systems[process.platform] ?? 'Linux',
    arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
    name: 'emulated',
    environment: 'github-hosted',
    temp,
    tool_cache: path.join(temp, '_tools'),
  };
}
