import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectEnding, faultsStrike } from './life.ts';
import { ObservedWorld } from './observed-world.ts';
import type { World } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

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

afterEach(() => {
  observed.tap.alter = undefined;
});

const THREE = 'demo: artifact a.csv 10\ndemo: artifact b.csv 2000\ndemo: artifact c.pdf 30\ndemo: result ok';

function run(inputs: Record<string, string>): Promise<ActionResult> {
  return observed.run({ inputs: { prompt: THREE, 'include-changes': 'off', ...inputs } });
}

function listed(result: ActionResult): { name: string; size: number; path: string }[] {
  return JSON.parse(result.outputs['artifacts'] ?? '');
}

function errorsOf(result: ActionResult): string[] {
  return result.steps
    .flatMap(({ annotations }) => annotations)
    .filter(({ level, message }) => level === 'error' && !message.startsWith('Process completed'))
    .map(({ message }) => message);
}

test('by default artifacts are listed and left where they are', async () => {
  const result = await run({});
  expect(listed(result)).toEqual([
    { name: 'a.csv', size: 10, path: '' },
    { name: 'b.csv', size: 2000, path: '' },
    { name: 'c.pdf', size: 30, path: '' },
  ]);
  expect(result.summary).toContain('| `b.csv` | 2.0 KB |');
  expect(readdirSync(world.workspace)).not.toContain('rebyte-artifacts');
});

test('`all` downloads them into the workspace', async () => {
  const result = await run({ artifacts: 'all' });
  expect(readdirSync(path.join(world.workspace, 'rebyte-artifacts'))).toEqual(['a.csv', 'b.csv', 'c.pdf']);
  for (const { path: file, size } of listed(result)) expect(statSync(file).size).toBe(size);
});

test('globs choose, and `artifacts-path` says where', async () => {
  const result = await run({ artifacts: 'b.*, *.pdf', 'artifacts-path': 'out/of rebyte' });
  expect(readdirSync(path.join(world.workspace, 'out/of rebyte'))).toEqual(['b.csv', 'c.pdf']);
  expect(listed(result).map(({ path: file }) => path.basename(file))).toEqual(['', 'b.csv', 'c.pdf']);
});

describe('a download that is cut short', () => {
  const stuck = { kind: 'delay', ms: 30_000, path: '/v1/workspaces/*/artifacts/b.csv' } as const;

  afterEach(() => world.rebyte.control.faults.clear());

  test('by a canceled workflow ends as interrupted, with what was downloaded and the result', async () => {
    world.rebyte.control.faults.add(stuck);
    const step = observed.start({ inputs: { prompt: THREE, 'include-changes': 'off', artifacts: 'all' } });
    await faultsStrike(world);
    step.cancel();
    const result = await step.finished;

    expectEnding(result, 'interrupted');
    expect(result.summary).toContain('The task had already ended; not all of its artifacts were downloaded.');
    expect(result.outputs['result']).toBe('ok');
    expect(listed(result).map(({ path: file }) => path.basename(file))).toEqual(['a.csv', '', '']);
    expect(result.steps.find(({ id }) => id === 'cleanup')?.outcome).toBe('skipped');
  });

  test('by the time limit ends as timed out', async () => {
    world.rebyte.control.faults.add(stuck);
    const result = await run({ artifacts: 'all', 'timeout-minutes': '0.05' });

    expectEnding(result, 'timed_out_canceled');
    expect(result.summary).toContain('The task had already ended; not all of its artifacts were downloaded.');
  });

  test('of a task that failed leaves it failed', async () => {
    world.rebyte.control.faults.add(stuck);
    const prompt = 'demo: artifact b.csv 10\ndemo: fail No luck.';
    const result = await run({ prompt, artifacts: 'all', 'timeout-minutes': '0.05' });

    expectEnding(result, 'task_failed');
  });
});

describe('what must not be written outside', () => {
  let outside: string;

  beforeEach(() => {
    outside = path.join(world.directory, 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(path.join(outside, 'a.csv'), 'mine');
  });

  afterEach(() => {
    expect(readdirSync(outside)).toEqual(['a.csv']);
    expect(readFileSync(path.join(outside, 'a.csv'), 'utf8')).toBe('mine');
  });

  test.each(['../outside', 'linked', 'linked/deeper'])(
    '`artifacts-path: %s` is refused before a task',
    async (place) => {
      symlinkSync(outside, path.join(world.workspace, 'linked'));
      const before = observed.tap.created().length;
      const result = await run({ artifacts: 'all', 'artifacts-path': place });
      expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'invalid_input' });
      expect(errorsOf(result)).toEqual([expect.stringMatching(/`artifacts-path` is ".*lies outside of the workspace/)]);
      expect(observed.tap.created()).toHaveLength(before);
    },
  );

  test('a link in an artifact’s place is not followed', async () => {
    mkdirSync(path.join(world.workspace, 'rebyte-artifacts'));
    symlinkSync(path.join(outside, 'a.csv'), path.join(world.workspace, 'rebyte-artifacts/a.csv'));
    const result = await run({ artifacts: 'all' });
    expect(result.outputs).toMatchObject({ status: 'failed', 'reason-code': 'artifacts_failed' });
    expect(listed(result).map(({ path: file }) => path.basename(file))).toEqual(['', 'b.csv', 'c.pdf']);
  });

  test('hostile names stay names: the others are downloaded, and the step says what was refused', async () => {
    const names = ['../outside/a.csv', path.join(outside, 'a.csv'), 'C:\\x.csv', 'CON.csv', '..', 'x|`y`\u202e.csv'];
    observed.tap.alter = ({ path: where }, answer) => {
      if (!where.endsWith('/artifacts')) return answer;
      const { data }: { data: object[] } = JSON.parse(answer);
      const hostile = names.map((name) => ({ ...data[0], name }));
      return JSON.stringify({ data: [...hostile, ...data] });
    };
    const result = await run({ artifacts: '** **/.. *' });
    expect(result.outputs).toMatchObject({ status: 'failed', 'reason-code': 'artifacts_failed' });
    expect(listed(result).filter((artifact) => artifact.path !== '')).toHaveLength(3);
    expect(errorsOf(result)).toHaveLength(1);
    expect(errorsOf(result)[0]).toContain('is a device on Windows');
    expect(readdirSync(path.join(world.workspace, 'rebyte-artifacts'))).toEqual(['a.csv', 'b.csv', 'c.pdf']);
    expect(result.outputs['result']).toBe('ok');
    // Each name is one cell of the table.
    const rows = result.summary.split('\n').filter((line) => / (bytes|KB) \|$/.test(line));
    expect(rows).toHaveLength(names.length + 3);
    expect(rows.join()).not.toContain('\u202e');
  });
});
