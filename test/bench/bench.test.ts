// The command as people start it. Nothing here looks at how long anything took: that is for people to judge.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { alternate, median, ratios } from '../../bench/numbers.ts';
import { renderTable } from '../../bench/table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['scripts/run.mjs', 'bench/index.ts', ...args], { cwd: ROOT });
}

test('it measures what it is asked for and writes every sample, with the machine they come from', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  try {
    const file = join(folder, 'results.json');
    const { stdout } = await bench('size', 'start', '--quick', '--json', file);
    const results: unknown = JSON.parse(await readFile(file, 'utf8'));
    const row = { name: expect.any(String), unit: expect.any(String), median: expect.any(Number) };
    const samples = Array.from({ length: 7 }, () => expect.any(Number));
    expect(results).toMatchObject({
      machine: {
        node: process.version,
        cores: expect.any(Number),
        load: expect.any(Number),
        commit: expect.any(String),
      },
      quick: true,
      measures: [
        {
          name: 'start',
          seconds: expect.any(Number),
          rows: [
            { ...row, name: 'first byte', unit: 'ms', samples },
            { ...row, name: 'node -e 0', unit: 'ms', samples },
            { ...row, unit: 'x', samples, budget: 2.5 },
            { ...row, unit: 'x', samples: [expect.any(Number)] },
          ],
        },
        { name: 'size', rows: [{ ...row, unit: 'KB', samples: [expect.any(Number)], budget: 1536 }, row] },
      ],
    });
    expect(stdout).toContain(`Node ${process.version}`);
    expect(stdout).toContain('first byte / node -e 0');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('it names the measures there are when it is asked for another', async () => {
  await expect(bench('speed')).rejects.toMatchObject({
    stderr: expect.stringContaining('No measure speed; there are start, '),
  });
});

test('measures alternate, so that both of a pair are taken in the same mood of the machine', async () => {
  const order: string[] = [];
  const taker = (name: string) => async (): Promise<number> => order.push(name);
  expect(await alternate(2, [taker('a'), taker('b')])).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(order).toEqual(['a', 'b', 'a', 'b']);
  expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
});

test('the median is the middle one, or between the middle two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
  expect(median([])).toBeNaN();
});

test('a budget is held by the median, and what was not measured is not judged', () => {
  const row = { unit: 'ms', budget: 100 } as const;
  const table = renderTable([
    { ...row, name: 'held', samples: [90, 100, 500] },
    { ...row, name: 'missed', samples: [101] },
    { ...row, name: 'unmeasured', samples: [NaN], details: ['no /proc here'] },
  ]);
  const line = (name: string): string | undefined =>
    table.split('\n').find((each) => each.trim().startsWith(`${name} `));
  expect(line('held')).toMatch(/100 ms +90\.0 ms +500 ms +3 +≤ 100 +ok$/);
  expect(line('missed')).toMatch(/101 ms +≤ 100 +OVER$/);
  expect(line('unmeasured')).toMatch(/– +≤ 100$/);
  expect(table).toContain('unmeasured:\n    no /proc here');
});
