import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A process of its own that handles jobs; see replica-process.ts. */
export interface Replica {
  /** Resolves when it says this line, also when it has said it already. */
  says(line: string): Promise<void>;
  readonly name: string;
  /** Without any chance to put its things in order. */
  kill(): Promise<void>;
}

export interface ReplicaOptions {
  readonly url: string;
  readonly name: string;
  /** Name of a job that it begins and never finishes; `*` for every job. */
  readonly endless?: string;
}

/** Resolves when it is handing out jobs. */
export async function startReplica({ url, name, endless = '' }: ReplicaOptions): Promise<Replica> {
  const args = ['scripts/run.mjs', 'test/app/postgres/replica-process.ts', url, name, endless];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const said = new Set<string>();
  const waiting = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.add(line);
    waiting.get(line)?.();
  });
  const says = async (line: string): Promise<void> => {
    if (said.has(line)) return;
    const heard = new Promise<void>((resolve) => {
      waiting.set(line, resolve);
    });
    const ended = exited.then(() => {
      throw new Error(`The replica ${name} ended without saying "${line}".`);
    });
    await Promise.race([heard, ended]);
  };
  await says('ready');
  return {
    name,
    says,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
