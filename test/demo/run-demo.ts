import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface DemoEnd {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  /** What it left in its temp folder. */
  readonly leftovers: readonly string[];
}

/** `npm run demo` as a process, with a temp folder of its own. */
export interface DemoRun {
  /** Resolves with all output so far once this text is part of it. Rejects when the demo ends without. */
  said(text: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<DemoEnd>;
}

const running = new Set<DemoRun>();

/** Ends what a failed test left running. */
export async function stopDemos(): Promise<void> {
  for (const demo of running) demo.kill('SIGINT');
  await Promise.all([...running].map(({ ended }) => ended));
}

export function runDemo(args: readonly string[], env: Readonly<Record<string, string>> = {}): DemoRun {
  const temp = realpathSync(mkdtempSync(path.join(tmpdir(), 'demo-test-')));
  const { FORCE_COLOR: _, ...own } = process.env;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'demo/index.ts', ...args], {
    env: { ...own, TMPDIR: temp, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let listeners: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    for (const look of listeners) look();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const ended = new Promise<DemoEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const leftovers = readdirSync(temp);
      rmSync(temp, { recursive: true, force: true });
      resolve({ code, output, errors, leftovers });
    });
  });
  const said = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => (output.includes(text) ? resolve(output) : undefined);
      listeners = [...listeners, look];
      look();
      void ended.then(() => reject(new Error(`It never said ${JSON.stringify(text)}:\n${output}${errors}`)));
    });
  const demo = { said, kill: (signal: NodeJS.Signals) => void child.kill(signal), ended };
  running.add(demo);
  void ended.finally(() => running.delete(demo));
  return demo;
}
