import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from '@jest/globals';
import { runAction, startAction, type ActionOptions, type ActionRun } from '../../../emulator/runner/index.ts';
import { actionFolder, removeActionFolders } from './action-folder.ts';

afterAll(removeActionFolders);

const QUICK = { interruptMs: 100, terminateMs: 100 };

/** Starts the action and cancels it when its output says `ready`. */
function cancelWhenReady(options: ActionOptions, first?: 'SIGINT' | 'SIGTERM') {
  const run: ActionRun = startAction({
    ...options,
    onLine: (line) => {
      if (line === 'ready') run.cancel(first);
    },
  });
  return run.finished;
}

const node = (code: string) => `exec node -e '${code}'`;
const REPORTS = node(
  'for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => { console.log("got " + s); process.exit(0); }); setInterval(() => {}, 1000); console.log("ready")',
);
const IGNORES = node(
  'for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => console.log("ignored " + s)); setInterval(() => {}, 1000); console.log("ready")',
);

function steps(script: string): string {
  return actionFolder(`
    - id: work
      shell: bash
      run: |
        ${script}
    - { id: next, shell: bash, run: echo next }
    - { id: onfailure, shell: bash, if: failure(), run: echo failed }
    - { id: cleanup, shell: bash, if: cancelled(), run: 'echo "cleanup after \${{ steps.work.outcome }}"' }`);
}

test('the entry process gets SIGINT; its step is cancelled whatever its exit code; cleanup runs', async () => {
  const result = await cancelWhenReady({ directory: steps(REPORTS) });
  expect(result.conclusion).toBe('cancelled');
  expect(result.log).toContain('got SIGINT');
  expect(result.steps.map((step) => `${step.id} ${step.conclusion}`)).toEqual([
    'work cancelled',
    'next skipped',
    'onfailure skipped',
    'cleanup success',
  ]);
  expect(result.log).toContain('\ncleanup after cancelled\n');
});

test('a machine that goes down sends SIGTERM first', async () => {
  const result = await cancelWhenReady({ directory: steps(REPORTS) }, 'SIGTERM');
  expect(result.log).toContain('got SIGTERM');
});

test('who ignores SIGINT gets SIGTERM and then is killed', async () => {
  const result = await cancelWhenReady({ directory: steps(IGNORES), grace: QUICK });
  expect(result.log).toContain('ignored SIGINT\nignored SIGTERM\n');
  expect(result.steps[0]).toMatchObject({ outcome: 'cancelled', exitCode: 137 });
});

test('only the entry process gets the signal: a child of bash does not hear of it', async () => {
  const directory = steps(`${IGNORES.replace('exec ', '')}\n        echo unreachable`);
  const result = await cancelWhenReady({ directory, grace: QUICK });
  expect(result.log).not.toContain('\nignored SIGINT');
  expect(result.conclusion).toBe('cancelled');
});

test('a step whose condition holds when cancelled is left alone', async () => {
  const directory = actionFolder(`
    - id: stubborn
      if: always()
      shell: bash
      run: |
        ${node('process.on("SIGINT", () => console.log("disturbed")); console.log("ready"); setTimeout(() => console.log("done"), 200)')}
    - { id: next, shell: bash, run: echo next }`);
  const result = await cancelWhenReady({ directory });
  expect(result.log).toMatch(/\ndone\n/);
  expect(result.log).not.toMatch(/\ndisturbed\n/);
  expect(result).toMatchObject({ conclusion: 'cancelled', steps: [{ outcome: 'success' }, { outcome: 'skipped' }] });
});

test('an abort signal cancels too', async () => {
  const controller = new AbortController();
  const result = await runAction({
    directory: steps(REPORTS),
    signal: controller.signal,
    onLine: (line) => line === 'ready' && controller.abort(),
  });
  expect(result).toMatchObject({
    conclusion: 'cancelled',
    steps: [{ outcome: 'cancelled' }, {}, {}, { outcome: 'success' }],
  });
});

test('what a step leaves running serves the next step and is killed at the end', async () => {
  const directory = actionFolder(`
    - { shell: bash, run: 'sleep 300 > /dev/null 2>&1 & echo "SLEEPER=$!" >> "$GITHUB_ENV"' }
    - { shell: bash, run: 'kill -0 "$SLEEPER" && echo still there' }`);
  const result = await runAction({ directory });
  expect(result.log).toContain('\nstill there\n');
  await gone(Number(result.env.SLEEPER));
});

const PATIENCE_MS = 5000;

/** Resolves when the process is over: gone, or dead and not yet buried by its new parent. */
async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} still lives.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return !stdout.trim().startsWith('Z');
  } catch {
    return false;
  }
}
