import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly permissions: unknown;
  readonly jobs: readonly { readonly name: string; readonly permissions: unknown; readonly steps: readonly Step[] }[];
}

/** Every workflow that we run or show: .github/workflows and examples. */
export function workflows(): Workflow[] {
  return ['.github/workflows', 'examples'].flatMap(yamlFilesBelow).map((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const { permissions, jobs } = parse(text) as {
      permissions?: unknown;
      jobs: Record<string, Omit<Workflow['jobs'][0], 'name'>>;
    };
    const list = Object.entries(jobs).map(([name, job]) => ({ ...job, name, steps: job.steps ?? [] }));
    return { file, text, permissions, jobs: list };
  });
}

function yamlFilesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(folder, name));
}
