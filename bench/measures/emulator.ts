import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Measure, Row } from '../measure.ts';
import { alternate, now } from '../numbers.ts';
import { ROOT } from '../root.ts';
import { bareNode } from '../stage/bare-node.ts';

const KEY = 'rbk_localhost';
const AT_ONCE = 4;

/** Rebyte on localhost itself: how soon it is there, and what 1,000 tasks leave in its memory. */
export const emulator: Measure = {
  name: 'emulator',
  title: 'Rebyte on localhost',
  run: async ({ quick }) => {
    const script = build();
    await startup(script);
    const [started = [], bare = []] = await alternate(quick ? 3 : 11, [() => startup(script), bareNode]);
    return [
      { name: 'start to listening', unit: 'ms', samples: started, budget: 300 },
      { name: 'node -e 0', unit: 'ms', samples: bare },
      await memoryAfter(script, quick ? 50 : 1_000),
    ];
  },
};

/** The program that `npm run emulator` starts. */
function build(): string {
  const command = ['scripts/run.mjs', '--build', 'emulator/rebyte/main.ts'];
  return join(ROOT, execFileSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' }).trim());
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly startedMs: number;
}

async function startup(script: string): Promise<number> {
  const { child, startedMs } = await startEmulator(script);
  await stop(child);
  return startedMs;
}

async function startEmulator(script: string, path = process.env['PATH']): Promise<Running> {
  const startedAt = now();
  const child = spawn(process.execPath, [script, '--port', '0', '--quiet'], {
    cwd: ROOT,
    env: { PATH: path, HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    const url = /at (http:\S+\/v1)\n/.exec(said)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { child, url, startedMs: now() - startedAt };
  }
  throw new Error(`The emulator ended before it listened: ${said}`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Each with a process of its own: a script in the place of claude, for 1,000 starts of Node would take minutes. */
async function memoryAfter(script: string, tasks: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
  await writeFile(join(folder, 'claude'), `#!/bin/sh\necho '${JSON.stringify(CLAUDES_LAST_WORD)}'\n`, { mode: 0o755 });
  const { child, url } = await startEmulator(script, [folder, process.env['PATH']].join(delimiter));
  try {
    let created = 0;
    const creator = async (): Promise<void> => {
      while (created < tasks) {
        created += 1;
        await runTask(url);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, creator));
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    // NaN without Linux's /proc: shown as not measured.
    const mb = (field: string): number => Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
    const details = [`at its peak ${mb('VmHWM').toFixed(0)} MB`];
    return { name: `memory with ${tasks} finished tasks`, unit: 'MB', samples: [mb('VmRSS')], budget: 150, details };
  } finally {
    await stop(child);
    await rm(folder, { recursive: true });
  }
}

const CLAUDES_LAST_WORD = { type: 'result', subtype: 'success', is_error: false, result: 'Done.' };

/** A task to its end. */
async function runTask(url: string): Promise<void> {
  const headers = { API_KEY: KEY, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ prompt: 'Do it.', executor: 'claude' });
  const answer = await fetch(`${url}/tasks`, { method: 'POST', headers, body });
  const { id }: { id: string } = JSON.parse(await answer.text());
  // The stream ends when the task does, and says how.
  const events = await (await fetch(`${url}/tasks/${id}/events`, { headers })).text();
  if (!events.includes('"status":"succeeded"')) throw new Error(`A task of the emulator did not succeed: ${events}`);
}
