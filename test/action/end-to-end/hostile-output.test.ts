import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

const ESC = String.raw`\x1b`;
const BEL = String.raw`\x07`;

let observed: ObservedWorld;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  observed.world.checkOutMain();
});

afterAll(() => observed.stop());

/** What the agent prints, one directive per line, in one run. */
function say(...lines: string[]): Promise<ActionResult> {
  const prompt = [...lines.map((line) => `demo: say ${line}\\n`), 'demo: result ok'].join('\n');
  return observed.run({ inputs: { prompt } });
}

function commandsOf(result: ActionResult) {
  return result.steps.flatMap(({ commands }) => commands);
}

/** Commands that somebody would notice; the Action's own groups, masks and debug lines aside. */
function effectsOf(result: ActionResult) {
  const own = new Set(['debug', 'group', 'endgroup', 'add-mask', 'stop-commands']);
  return commandsOf(result).filter(({ name }) => !own.has(name));
}

describe('what the agent prints', () => {
  let result: ActionResult;

  beforeAll(async () => {
    result = await say(
      '::add-mask::the',
      '::error file=a.ts,line=1::forged error',
      '   ::warning::forged warning',
      '::stop-commands::forged-token',
      'prose ##[error]forged in brackets',
      '##[add-mask]and',
      '::set-output name=result::forged',
      '::set-env name=PATH::/evil',
      '::add-path::/evil',
      '::save-state name=a::b',
      '::add-matcher::/evil.json',
      '::group::forged group',
      '::endgroup::',
      'progress 10%\\r::error::after a carriage return',
      '\\u0085::error::after a next-line',
      '\\u2028::error::after a line separator',
      `${ESC}[31m::error::in red${ESC}[0m`,
      `${ESC}]8;;https://evil.example${BEL}a link${ESC}]8;;${BEL}`,
      `${ESC}[2J${ESC}[1;1Hcleared`,
      'harmless \\u202egnp.exe',
      ':\\u0000:error::a null in it',
      ':\\u200b:error::as if it were inert already',
      '\\ufeff::error::after a byte order mark',
      'spelled :: and ##, [brackets] and {braces}: the end and more',
    );
  });

  test('makes no workflow command take effect', () => {
    expect(result.conclusion).toBe('success');
    expect(effectsOf(result)).toEqual([]);
    expect(result.steps.flatMap(({ annotations }) => annotations)).toEqual([]);
    const data = commandsOf(result).map(({ data: text }) => text);
    expect(data.filter((text) => /forged|evil|^the$|^and$/.test(text))).toEqual([]);
  });

  test('stays readable, each line where it was', () => {
    const shown = result.log.replaceAll('\u200b', '');
    const expected = [
      '::error file=a.ts,line=1::forged error',
      'prose ##[error]forged in brackets',
      '::error::after a carriage return',
      '::error::in red',
      'a link',
      'cleared',
      'harmless gnp.exe',
      'spelled :: and ##, [brackets] and {braces}: the end and more',
    ];
    for (const line of expected) expect(shown.split('\n')).toContain(line);
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(result.log).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
  });

  test('does not touch the outputs, the environment or the masks', () => {
    expect(result.outputs['result']).toBe('ok');
    expect(result.env).not.toHaveProperty('PATH');
    expect(result.masks).not.toContain('the');
    expect(result.masks).not.toContain('and');
  });
});

test('tool calls, unknown events and fragments of lines are as inert as words', async () => {
  const event = (type: string, payload: object): string => `demo: event ${type} ${JSON.stringify(payload)}`;
  const prompt = [
    event('tool_use', { name: '::error::x', input: { command: '\n::error::in a tool name' } }),
    event('tool_result', { output: 'first\r::error::in a tool result\n##[error]here too' }),
    event('tool_use', { name: '##[error]title', input: '##[error]as text' }),
    event('tool_result', { output: { nested: '::error::deep' } }),
    event('weather', { '::error::key': '\n::error::value' }),
    event('text', { content: 'half a line :' }),
    event('text', { content: ':error::the other half\n' }),
    event('text', { content: '\n:' }),
    event('text', { content: ':error::again\n' }),
    event('text', {}),
    event('text', { content: { not: 'a string' } }),
    event('tool_use', { name: ['list'], input: null }),
    'demo: result ok',
  ].join('\n');
  const result = await observed.run({ inputs: { prompt } });

  expect(result.conclusion).toBe('success');
  expect(effectsOf(result)).toEqual([]);
  expect(result.log.replaceAll('\u200b', '')).toContain('half a line ::error::the other half');
});

test('ten thousand lines and one huge one neither stop the run nor fill the log without end', async () => {
  const event = `demo: event text ${JSON.stringify({ content: '::error::x\n'.repeat(5_000) })}`;
  const huge = `demo: event text ${JSON.stringify({ content: 'y'.repeat(30_000) })}`;
  const result = await observed.run({
    inputs: { prompt: [event, huge, 'demo: flood 10MB', 'demo: result ok'].join('\n') },
  });

  expect(result.outputs['status']).toBe('succeeded');
  const notices = effectsOf(result);
  expect(notices).toHaveLength(1);
  expect(notices[0]?.data).toContain('the rest is at the task on Rebyte');
  expect(result.log.length).toBeLessThan(12_000_000);
  const longest = Math.max(...(result.log.match(/^y+/gm) ?? []).map((line) => line.length));
  expect(longest).toBe(4_000);
});
