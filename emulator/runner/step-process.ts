import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { createLineSplitter } from './line-splitter.ts';

export interface ProcessStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Told each line of either stream as it comes. */
  readonly onLine: (line: string) => void;
  readonly grace: Grace;
}

/** How long a cancelled process may take. */
export interface Grace {
  /** From SIGINT to SIGTERM. */
  readonly interruptMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly terminateMs: number;
}

/** What GitHub's runner grants. */
export const GITHUBS_GRACE: Grace = { interruptMs: 7500, terminateMs: 2500 };

/** How long the runner reads on when the process is over but something it started still holds its streams. */
const STREAMS_MS = 5000;

export interface StepProcess {
  /** Exit code; 128 and more for a signal, as a shell says it. Rejects when the process cannot be started. */
  readonly ended: Promise<number>;
  /**
   * Cancels as the runner does: the entry process (and nobody else) gets SIGINT, then SIGTERM, then the whole tree SIGKILL.
   * @param first SIGTERM leaves the first stage out, as a machine does that is being shut down
   */
  cancel(first: 'SIGINT' | 'SIGTERM'): void;
  /** Kills what the process left running. */
  killTree(): void;
}

export function startProcess(start: ProcessStart): StepProcess {
  // Its own process group: a Ctrl-C in our terminal is not the step's, and the tree can be killed by one number.
  const child = spawnDetached(start);
  const timers: NodeJS.Timeout[] = [];
  const killTree = () => signalGroup(child, 'SIGKILL');
  const terminate = () => {
    child.kill('SIGTERM');
    timers.push(setTimeout(killTree, start.grace.terminateMs));
  };
  const ended = watch(child, start.onLine)
    .catch((error: unknown) => {
      throw cannotStart(start, error);
    })
    .finally(() => {
      for (const timer of timers) clearTimeout(timer);
    });
  return {
    ended,
    killTree,
    cancel: (first) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (first === 'SIGTERM') return terminate();
      child.kill('SIGINT');
      timers.push(setTimeout(terminate, start.grace.interruptMs));
    },
  };
}

function spawnDetached(start: ProcessStart): ChildProcess {
  const { command, args, cwd, env } = start;
  try {
    return spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw cannotStart(start, error);
  }
}

/** In the runner's words, e.g. for a variable that is larger than Linux takes (128 KiB). */
function cannotStart({ command, cwd }: ProcessStart, cause: unknown): Error {
  const errno = typeof cause === 'object' && cause !== null && 'errno' in cause ? Number(cause.errno) : 0;
  const reason = getSystemErrorMap().get(errno)?.[1] ?? String(cause);
  const message = `An error occurred trying to start process '${command}' with working directory '${cwd}'. ${reason}`;
  return new Error(message, { cause });
}

function watch(child: ChildProcess, onLine: (line: string) => void): Promise<number> {
  for (const stream of [child.stdout, child.stderr]) {
    const lines = createLineSplitter(onLine);
    stream?.on('data', (chunk: Buffer) => lines.push(chunk));
    stream?.on('close', () => lines.end());
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    let patience: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      patience = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, STREAMS_MS);
    });
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 0));
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
