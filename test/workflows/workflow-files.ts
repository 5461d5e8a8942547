import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly name: string;
  readonly permissions: unknown;
  /** Empty for a job that is another workflow. */
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: unknown;
}

export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly permissions: unknown;
  readonly jobs: readonly Job[];
}

/** Every workflow that we run or show: .github/workflows and examples. */
export function workflows(): Workflow[] {
  return ['.github/workflows', 'examples'].flatMap((folder) => filesBelow(folder, /\.ya?ml$/)).map(workflowIn);
}

function workflowIn(file: string): Workflow {
  const text = readFileSync(join(root, file), 'utf8');
  const { permissions, jobs } = parse(text) as { permissions?: unknown; jobs: Record<string, Omit<Job, 'name'>> };
  const list = Object.entries(jobs).map(([name, job]) => ({ ...job, name, steps: job.steps ?? [] }));
  return { file, text, permissions, jobs: list };
}

/** Files of a folder of the repository and of those in it, as paths from the repository's root. */
export function filesBelow(folder: string, name: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((each) => name.test(each)).map((each) => join(folder, each));
}
