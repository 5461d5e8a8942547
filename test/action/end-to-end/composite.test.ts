import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { checkOutBranch } from './checkouts.ts';
import { ObservedWorld } from './observed-world.ts';
import { API_KEY, type World } from './world.ts';

const ACTION = path.resolve(process.env['ACTION_DIRECTORY'] ?? '.');

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutMain();
});

describe('Node.js', () => {
  /** A PATH with what the steps need, but without node. */
  function pathWithoutNode(): string {
    const folder = mkdtempSync(path.join(world.directory, 'bin-'));
    for (const tool of ['bash', 'git', 'mktemp', 'cat', 'sh', 'env']) {
      symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(folder, tool));
    }
    return folder;
  }

  test('is installed when there is none', async () => {
    const asked: string[] = [];
    const result = await observed.run({
      inputs: { prompt: 'demo: result ok' },
      env: { PATH: pathWithoutNode() },
      runner: {
        uses: {
          'actions/setup-node': (call) => {
            asked.push(call.with['node-version'] ?? '');
            return { paths: [path.dirname(process.execPath)] };
          },
        },
      },
    });
    expect(asked).toEqual(['24']);
    expect(result.outputs['status']).toBe('succeeded');
  });

  test('is not touched when it is there', async () => {
    const result = await observed.run({ inputs: { prompt: 'demo: result ok' } });
    expect(result.steps.find(({ name }) => name === 'Install Node.js')?.conclusion).toBe('skipped');
    expect(result.steps.find(({ name }) => name === 'Clean up')?.conclusion).toBe('skipped');
  });
});

test('two uses of it in one job at the same time disturb each other in nothing', async () => {
  const temp = mkdtempSync(path.join(world.directory, 'temp '));
  const use = (words: string, action: string) =>
    observed.run({
      runId: '77',
      inputs: { prompt: `demo: result ${words}`, 'comment-key': words },
      github: { ...world.pullRequestEvent(), action },
      runner: { temp: mkdtempSync(path.join(temp, 'step-')) },
    });
  const [first, second] = await Promise.all([use('one', '__self'), use('two', '__self_2')]);
  expect(first.outputs['result']).toBe('one');
  expect(second.outputs['result']).toBe('two');
  expect(first.outputs['task-id']).not.toBe(second.outputs['task-id']);
  expect(first.outputs['comment-url']).not.toBe(second.outputs['comment-url']);
});

test('one use after the other in one job, in the same folders, keeps the outputs apart', async () => {
  const temp = mkdtempSync(path.join(world.directory, 'shared-'));
  const use = (words: string, action: string) =>
    observed.run({
      runId: '78',
      inputs: { prompt: `demo: result ${words}` },
      github: { ...world.pushEvent(), action },
      runner: { temp },
    });
  const first = await use('one', '__self');
  const second = await use('two', '__self_2');
  expect(readFileSync(first.outputs['result-file'] ?? '', 'utf8')).toBe('one');
  expect(readFileSync(second.outputs['result-file'] ?? '', 'utf8')).toBe('two');
});

test('spaces and other oddities in every path are fine', async () => {
  const odd = path.join(world.directory, 'odd $HOME \'n\' "ö" & (x)');
  const directory = path.join(odd, 'the action');
  mkdirSync(path.join(directory, 'dist'), { recursive: true });
  cpSync(path.join(ACTION, 'action.yml'), path.join(directory, 'action.yml'));
  cpSync(path.join(ACTION, 'dist/action'), path.join(directory, 'dist/action'), { recursive: true });
  const workspace = path.join(odd, 'work space');
  const temp = path.join(odd, 'temp dir');
  mkdirSync(temp);
  checkOutBranch(world, workspace, 'acme/api');
  renameSync(path.join(workspace, 'count.js'), path.join(workspace, 'a count.js'));
  const result = await observed.run({
    inputs: { prompt: 'demo: artifact a.csv 5\ndemo: result ok', artifacts: 'all', files: 'a *.js' },
    runner: { directory, cwd: workspace, temp },
  });
  expect(result.log).not.toContain('##[error]');
  expect(result.outputs['status']).toBe('succeeded');
  const taken = path.join(workspace, 'rebyte-artifacts/a.csv');
  expect(JSON.parse(result.outputs['artifacts'] ?? '')).toEqual([{ name: 'a.csv', size: 5, path: taken }]);
  expect(observed.tap.created().at(-1)?.['files']).toMatchObject([
    { filename: 'rebyte-changes.bundle' },
    { filename: 'a count.js' },
  ]);
});

describe('a long prompt', () => {
  const kib = (size: number): string => `demo: result ok\n${'w'.repeat(1023)}\n`.repeat(size).slice(0, size * 1024);

  test('of 96 KiB passes by an input', async () => {
    const result = await observed.run({ inputs: { prompt: kib(96) } });
    expect(result.outputs['status']).toBe('succeeded');
    expect(String(observed.tap.created().at(-1)?.['prompt']).length).toBeGreaterThan(96 * 1024 - 2);
  });

  test('beyond what Linux hands a process fails the step with the system’s words, as the input’s description says', async () => {
    const result = await observed.run({ inputs: { prompt: kib(129) } });
    expect(result.conclusion).toBe('failure');
    expect(
      result.steps
        .flatMap(({ annotations }) => annotations)
        .map(({ message }) => message)
        .join(),
    ).toMatch(/E2BIG|too long/i);
    expect(readFileSync(path.join(ACTION, 'action.yml'), 'utf8')).toMatch(/128 KiB of inputs, so use `prompt-file`/);
  });
});

test('outside of any workflow the bundle says what is missing, in one line', async () => {
  const folder = mkdtempSync(path.join(world.directory, 'nowhere-'));
  const env = {
    PATH: process.env['PATH'],
    GITHUB_EVENT_PATH: path.join(folder, 'no-such-event.json'),
    REBYTE_INPUTS: JSON.stringify({ 'api-key': API_KEY, 'api-url': observed.tap.url, prompt: 'x' }),
  };
  const { code, output } = await new Promise<{ code: unknown; output: string }>((ended) => {
    const bundle = path.join(ACTION, 'dist/action/index.js');
    execFile(process.execPath, [bundle, 'run'], { cwd: folder, env }, (error, stdout, stderr) =>
      ended({ code: error?.code, output: stdout + stderr }),
    );
  });
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(output).toContain('(no_repository)');
  expect(output).not.toMatch(/^\s+at /m);
});
