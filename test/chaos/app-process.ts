import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { Listening, Order } from './order.ts';

export interface AppProcessOptions {
  /** See app-bundle.ts. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes each line of its log. */
  readonly write: (line: string) => void;
}

/** A process of the App that runs. */
export interface AppProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it listens, or with undefined when it died first. */
  readonly listening: Promise<Listening | undefined>;
  /** Resolves when it has ended, with what ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  tell(order: Order): void;
  /** `kill -9`. */
  kill(): void;
}

export function startAppProcess({ bundle, environment, write }: AppProcessOptions): AppProcess {
  const child = fork(bundle, [], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', write);
  }
  const ended = endOf(child);
  return {
    pid: child.pid,
    listening: Promise.race([firstMessage(child), ended.then(() => undefined)]),
    ended,
    tell: (order) => {
      // A process that has just died is told nothing; its successor is.
      if (child.connected) child.send(order, () => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

async function firstMessage(child: ChildProcess): Promise<Listening> {
  const [message]: Listening[] = await once(child, 'message');
  if (message === undefined) throw new Error('The App sent an empty message.');
  return message;
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return await new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}
