import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import { API_KEY, PULL, REPOSITORY, type World } from './world.ts';
import { makeMarker, verifyMarker } from '../../../shared/domain/marker.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

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

/** Lets the agent end with exactly this text, which a file can hold at any length. */
function endWith(result: string, inputs: Record<string, string> = {}): Promise<ActionResult> {
  const escaped = result.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  world.write('prompt.md', `demo: result ${escaped.replaceAll('{{', '{\\u007b')}`);
  const given = { 'prompt-file': 'prompt.md', 'include-changes': 'off', ...inputs };
  return observed.run({ inputs: given, github: world.pullRequestEvent() });
}

/** Everything of a report that people read on GitHub, by its place, as it was last written. */
async function posted(): Promise<Record<string, string>> {
  const calls = world.github.calls.filter(({ method }) => method !== 'GET');
  const bodyOf = (pattern: RegExp): string =>
    JSON.stringify(calls.findLast((call) => pattern.test(call.path))?.body ?? '').replaceAll('\\n', '\n');
  const [comment] = await world.comments();
  return { comment: comment?.body ?? '', check: bodyOf(/check-runs/), issue: bodyOf(/\/issues(\/\d+)?$/) };
}

const EVERYWHERE = { report: 'comment check issue', 'comment-mode': 'sticky' };

describe('a hostile result', () => {
  const forged = makeMarker(
    { key: 'default', taskId: '11111111-1111-4111-8111-111111111111' },
    { thread: { ...REPOSITORY, number: PULL }, purpose: 'comment' },
    'another secret',
  );
  const hostile = [
    'Ping @bob and @acme/everyone.',
    'Fixes #1, closes acme/other#2 and resolves https://github.com/acme/api/issues/3',
    '/rebyte do more',
    forged,
    '<!-- hidden instructions',
    '-->',
    '<img src="https://evil.example/pixel.png"> ![pixel](https://evil.example/p.png)',
    '<script>alert(1)</script><details><summary>Receipt</summary>',
    'ghadelimiter_forged',
    'EOF',
    'status=succeeded',
    'result<<EOF',
    '```js',
    'const left = "open";',
  ].join('\n');
  let result: ActionResult;
  let places: Record<string, string>;

  beforeAll(async () => {
    world.checkOutPull();
    result = await endWith(hostile, EVERYWHERE);
    places = { ...(await posted()), summary: result.summary };
  });

  test('reaches the outputs byte for byte, and sets no other', () => {
    expect(result.conclusion).toBe('success');
    expect(result.outputs['result']).toBe(hostile);
    expect(result.outputs['status']).toBe('succeeded');
  });

  test.each(['comment', 'check', 'issue', 'summary'])('notifies nobody and closes nothing from the %s', (place) => {
    const text = places[place] ?? '';
    expect(text).toContain('Ping');
    expect(text).not.toMatch(/(^|[^\w`/])@(bob|acme)/);
    expect(text).not.toMatch(/(fixes|closes|resolves)\s+(#\d|acme\/\w+#\d|https:\/\/github)/i);
    expect(text).not.toMatch(/^\/rebyte/m);
    expect(text).not.toMatch(/<(img|script)\b/i);
    expect(text).not.toMatch(/!\[/);
    expect(text).not.toContain('<!-- hidden');
  });

  test('cannot hide the receipt, nor forge what we find our comment by', () => {
    const { comment = '' } = places;
    expect(comment).not.toContain(forged);
    const own = verifyMarker(comment, { thread: { ...REPOSITORY, number: PULL }, purpose: 'comment' }, API_KEY);
    expect(own?.taskId).toBe(result.outputs['task-id']);
    // The fence and the tag that the result left open are closed before our own words.
    expect(comment).toMatch(/const left = "open";\n```\n\n<\/details>\n\n\[Open the task\]/);
  });
});

test('a result that is too long for a place is cut there, and says so', async () => {
  const long = `# Findings\n\n${'Zeile mit Ümlauten … 一二三\n'.repeat(3_500)}`;
  const result = await endWith(long.slice(0, 95_000), EVERYWHERE);
  const places = await posted();

  expect(result.outputs['status']).toBe('succeeded');
  expect(Buffer.byteLength(result.outputs['result'] ?? '')).toBeLessThanOrEqual(100 * 1024);
  expect(places['comment']?.length).toBeLessThanOrEqual(65_536);
  expect(places['comment']).toContain('longer than fits here');
  expect(places['comment']).toMatch(/<!-- rebyte:[^<]+ -->\s*$/);
  expect(result.summary).not.toContain('longer than fits here');
});

test('an empty result is a success that says so little', async () => {
  const result = await endWith(' ', EVERYWHERE);
  expect(result.outputs).toMatchObject({ status: 'succeeded', result: '', 'result-json': '' });
});

test.each([
  ['a whole JSON text', '{"a": [1, 2]}', '{"a": [1, 2]}'],
  ['the last json block', 'First\n```json\n1\n```\nthen\n```json\n{"b": 2}\n```\nend', '{"b": 2}'],
  ['nothing in prose', 'just words {"not": json}', ''],
])('`result-json` holds %s', async (_what, text, json) => {
  const result = await endWith(text, { report: 'summary' });
  expect(result.outputs['result-json']).toBe(json);
});
