import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { App } from '../../../app/start.ts';
import type { Environment } from './settings-for.ts';

const RUN = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../../app/index.ts', import.meta.url));

/** The App as `npm start` starts it. */
export interface AppProcess extends App {
  readonly process: ChildProcess;
  /** Exit code and signal, once it has ended. */
  readonly ended: Promise<readonly unknown[]>;
}

/** Starts the App as a process of its own, with nothing from our environment but the path. */
export async function startAppProcess(environment: Environment, write: (line: string) => void): Promise<AppProcess> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const child = spawn(process.execPath, [RUN, ENTRY], { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const listening = new Promise<{ url: string; metricsUrl: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      write(`${line}\n`);
      const [, url, metricsUrl] = /listens on (http[^,]+), its metrics are on (http[^"]+)\."/.exec(line) ?? [];
      if (url !== undefined && metricsUrl !== undefined) resolve({ url, metricsUrl });
    });
    ended.then(([code]) => reject(new Error(`The App ended with ${code} before it listened.`)), reject);
  });
  const urls = await listening;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { ...urls, ready: Promise.resolve(), stop, process: child, ended };
}
