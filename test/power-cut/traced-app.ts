import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { TRACED } from './happening.ts';

/** More than SQLite writes at once. */
const MAX_BYTES = 70_000;

/** The App as a process whose system calls are written down. */
export interface TracedApp {
  readonly url: string;
  /** Asks it to end in good order; resolves when it has, and all its calls are written. */
  stop(): Promise<void>;
}

export interface TracedAppOptions {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of its database, beside which it writes its process id. */
  readonly database: string;
  /** Gets strace's lines. */
  readonly trace: string;
  /** Also its working directory. */
  readonly folder: string;
}

/** Why calls cannot be traced on this machine, and what to do; undefined when they can. */
export async function whyNoTrace(): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return 'strace, which shows what is written when, runs on Linux only. Use a Linux machine.';
  try {
    const strace = ['-f', '-qq', '--seccomp-bpf', '-e', 'trace=fsync', '-o', '/dev/null', 'true'];
    await promisify(execFile)('strace', strace);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n').slice(0, 2).join(' ') : String(error);
    return `strace 5.3 or newer cannot be used: ${said}. Install it (apt-get install strace), and allow ptrace in a container.`;
  }
}

export async function startTracedApp(options: TracedAppOptions): Promise<TracedApp> {
  const { bundle, environment, database, trace, folder } = options;
  const how = ['-f', '-qq', '-yy', '-xx', '-s', String(MAX_BYTES), '--seccomp-bpf', '-e', 'signal=none', '-o', trace];
  const strace = [...how, '-e', `trace=${TRACED.map((name) => `?${name}`).join(',')}`];
  const child = spawn('strace', [...strace, process.execPath, bundle], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, found] = /listens on (http[^,]+), its metrics/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    ended.then(([code]) => reject(new Error(`The App ended with ${code} before it listened.`)), reject);
  });
  return {
    url,
    stop: async () => {
      if (hasEnded) return;
      const [pid] = (await readFile(`${database}.pid`, 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGTERM');
      const [code] = await ended;
      if (code !== 0) throw new Error(`The App ended with ${code} when it was asked to end.`);
    },
  };
}
