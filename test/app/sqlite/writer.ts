import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('writer-process.ts', import.meta.url));

/** A process that writes into a database; writer-process.ts says how. */
export interface Writer {
  readonly pid: number | undefined;
  /** What it said so far, line by line. */
  readonly lines: readonly string[];
  /** Resolves as soon as it has said so many lines, or has ended. */
  readonly said: (count: number) => Promise<void>;
  /** `kill -9`, and everything that it said before. */
  readonly kill: () => Promise<readonly string[]>;
}

export function startWriter(...args: readonly string[]): Writer {
  const env = { PATH: process.env['PATH'] ?? '' };
  const child = spawn(process.execPath, [RUN, ENTRY, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const heard = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = Promise.all([once(child, 'close'), once(heard, 'close')]);
  return {
    pid: child.pid,
    lines,
    said: async (count) => {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (lines.length >= count) resolve();
        };
        heard.on('line', look);
        heard.on('close', resolve);
        look();
      });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
      return lines;
    },
  };
}
