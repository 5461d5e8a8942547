import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import type { World } from './world.ts';

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutPull();
});

/** Runs an agent whose last words are `words`, and returns the result with what GitHub was given. */
async function endWith(directives: string) {
  const temp = mkdtempSync(path.join(world.directory, 'temp-'));
  const start = world.github.calls.length;
  world.write('ask.md', directives);
  const inputs = { 'prompt-file': 'ask.md', report: 'comment check issue', 'include-changes': 'off' };
  const result = await observed.run({ inputs, github: world.pullRequestEvent(), runner: { temp } });
  const bodies = world.github.calls.slice(start).map(({ body }) => Object(body));
  const texts = bodies.flatMap(({ body, output }): string[] => [body, output?.summary].filter(Boolean));
  return { result, texts, file: readFileSync(result.outputs['result-file'] ?? '', 'utf8') };
}

test('200 KB of text are whole in the file and the summary, and cut to what an output, a comment and a check may hold', async () => {
  const line = '一二三四五六七八九十一二三四五六七八九十\\n';
  const { result, texts, file } = await endWith(`demo: result ${line.repeat(4_000)}end`);

  expect(result.outputs['status']).toBe('succeeded');
  expect(Buffer.byteLength(file)).toBeGreaterThan(200_000);
  expect(file).toMatch(/end$/);
  expect(result.summary).toContain('\nend\n');
  const output = result.outputs['result'] ?? '';
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(100 * 1024);
  expect(file.startsWith(output)).toBe(true);
  expect(texts.length).toBeGreaterThanOrEqual(3);
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(65_536);
  const last = texts.filter((text) => text.includes('一二三'));
  expect(last).toHaveLength(3);
  for (const text of last) expect(text).toContain('Read all of it in the task.');
});

test('what an agent says without end is cut everywhere, and nothing is refused for its size', async () => {
  // No final text: what it said last is taken.
  world.rebyte.control.faults.add({ kind: 'result', how: 'missing' });
  const { result, texts, file } = await endWith('demo: flood 3MB\ndemo: result ');

  expect(result.outputs).toMatchObject({ status: 'succeeded', 'result-json': '' });
  expect(file).toHaveLength(1_000_000);
  expect(result.summary).toContain('The result was longer than this Action keeps');
  expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024);
  expect(result.log).not.toContain('upload aborted');
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(65_536);
});
