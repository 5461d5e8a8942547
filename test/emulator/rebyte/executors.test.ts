// The translations, against real processes that print what the CLIs print (recorded from the versions named below).
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type CheckedApi, type Frame, startCheckedApi } from './checked-api.ts';

let api: CheckedApi;
let bin: string;
const path = process.env['PATH'] ?? '';

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'bin-'));
  api = await startCheckedApi({
    executors: { gemini: 'demo' },
    timings: { executorTimeoutMs: 2_000, killGraceMs: 100 },
  });
});

beforeEach(() => {
  // Only what the fakes need: a real CLI on this machine's PATH must not be found.
  process.env['PATH'] = [bin, '/usr/bin', '/bin'].join(delimiter);
});

afterAll(async () => {
  process.env['PATH'] = path;
  await api.rebyte.close();
  await rm(bin, { recursive: true, force: true });
});

/** A CLI that keeps its arguments and its stdin, waits for `go`, prints the lines and exits. */
async function fake(name: string, lines: readonly object[] | string, exit = 0): Promise<void> {
  const output = typeof lines === 'string' ? lines : lines.map((line) => JSON.stringify(line)).join('\n');
  await writeFile(join(bin, `${name}.out`), `${output}\n`);
  const script = `#!/bin/sh
for a; do printf '%s\\n' "$a"; done > '${bin}/args'
cat > '${bin}/stdin'
env > '${bin}/env'
while [ ! -e "$REBYTE_CODE_DIR/go" ]; do sleep 0.01; done
cat '${bin}/${name}.out'
echo 'a warning' >&2
exit ${exit}
`;
  await writeFile(join(bin, name), script);
  await chmod(join(bin, name), 0o755);
}

async function run(
  executor: string,
  more: object = {},
): Promise<{ events: unknown[]; done: Frame['data']; id: string }> {
  const prompt = '--help me\nwith "quotes" and $(date)';
  const { id, workspaceId } = await api.task(prompt, { executor, ...more });
  const stream = api.stream(id);
  await writeFile(join(api.rebyte.directory, 'workspaces', workspaceId, 'code', 'go'), '');
  const frames: Frame[] = [];
  for await (const frame of stream) frames.push(frame);
  const done = frames.pop()?.data;
  expect(await readFile(join(bin, 'stdin'), 'utf8')).toBe(prompt);
  return { id, done, events: frames.map(({ data: { eventType, payload } }) => ({ eventType, ...payload })) };
}

const args = async (): Promise<string[]> => (await readFile(join(bin, 'args'), 'utf8')).trim().split('\n');

describe('claude', () => {
  // @anthropic-ai/claude-code 2.1, --output-format stream-json
  const session = [
    { type: 'system', subtype: 'init', cwd: '/w', model: 'claude-sonnet-4.6', session_id: 's', tools: ['Bash'] },
    { type: 'assistant', message: { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'Let me look.' }] } },
    { type: 'assistant', message: { content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } }] } },
    { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'a.ts' }] }] } },
    { type: 'assistant', message: { content: [{ type: 'text', text: 'All done.' }] } },
    { type: 'result', subtype: 'success', is_error: false, result: 'All done.', num_turns: 2, usage: { output_tokens: 5 } },
  ]; // prettier-ignore

  test('is run headless and its stream becomes events', async () => {
    await fake('claude', session);
    const { events, done } = await run('claude', { model: 'claude-opus-4.6' });
    expect(events).toEqual([
      { eventType: 'init', cwd: '/w', model: 'claude-sonnet-4.6' },
      { eventType: 'thinking', content: 'hm' },
      { eventType: 'text', content: 'Let me look.' },
      { eventType: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } },
      { eventType: 'tool_result', id: 'toolu_1', output: 'a.ts' },
      { eventType: 'text', content: 'All done.' },
      { eventType: 'result', result: 'All done.', usage: { output_tokens: 5 } },
    ]);
    expect(done).toMatchObject({ status: 'succeeded', finalResult: 'All done.' });
    expect(await args()).toEqual(
      expect.arrayContaining(['--print', '--output-format=stream-json', '--model=claude-opus-4.6']),
    );
  });

  test('has failed when is_error says so, although the subtype says success', async () => {
    await fake('claude', [{ type: 'result', subtype: 'success', is_error: true, result: 'API Error: 401' }]);
    expect((await run('claude')).done).toMatchObject({ status: 'failed', finalResult: 'API Error: 401' });
  });
});

describe('codex', () => {
  // @openai/codex 0.169, exec --json
  test('is run headless and its stream becomes events; a passing error is told and not fatal', async () => {
    await fake('codex', [
      { type: 'thread.started', thread_id: 't' },
      { type: 'turn.started' },
      { type: 'item.completed', item: { id: 'item_0', type: 'error', message: 'Model metadata not found' } },
      { type: 'item.started', item: { id: 'item_1', type: 'command_execution', command: 'ls', status: 'in_progress' } },
      {
        type: 'item.completed',
        item: { id: 'item_1', type: 'command_execution', command: 'ls', aggregated_output: 'a.ts\n', exit_code: 0 },
      },
      { type: 'item.completed', item: { id: 'item_2', type: 'agent_message', text: 'All done' } },
      { type: 'turn.completed', usage: { output_tokens: 5 } },
    ]);
    const { events, done } = await run('codex');
    expect(events).toEqual([
      { eventType: 'init', threadId: 't' },
      { eventType: 'text', content: 'Model metadata not found' },
      { eventType: 'tool_use', id: 'item_1', name: 'shell', input: { command: 'ls' } },
      { eventType: 'tool_result', id: 'item_1', output: 'a.ts\n', exitCode: 0 },
      { eventType: 'text', content: 'All done' },
    ]);
    expect(done).toMatchObject({ status: 'succeeded', finalResult: 'All done' });
    expect(await args()).toEqual(expect.arrayContaining(['exec', '--json', '-']));
  });

  test('has failed when its turn failed', async () => {
    await fake('codex', [{ type: 'turn.failed', error: { message: 'quota' } }], 1);
    expect((await run('codex')).done).toMatchObject({ status: 'failed', finalResult: 'quota' });
  });
});

describe('opencode', () => {
  // opencode-ai 1.18, run --format json
  test('is run headless and its stream becomes events', async () => {
    await fake('opencode', [
      { type: 'step_start', part: { type: 'step-start' } },
      {
        type: 'tool_use',
        part: {
          callID: 'c1',
          tool: 'bash',
          state: { status: 'completed', input: { command: 'ls' }, output: 'a.ts', metadata: { exit: 0 } },
        },
      },
      { type: 'step_finish', part: { reason: 'tool-calls' } },
      { type: 'text', part: { text: 'All done' } },
    ]);
    const { events, done } = await run('opencode');
    expect(events).toEqual([
      { eventType: 'tool_use', id: 'c1', name: 'bash', input: { command: 'ls' } },
      { eventType: 'tool_result', id: 'c1', output: 'a.ts' },
      { eventType: 'text', content: 'All done' },
    ]);
    expect(done).toMatchObject({ status: 'succeeded', finalResult: 'All done' });
  });
});

describe('gemini', () => {
  // @google/gemini-cli 0.61, --output-format stream-json
  test('is run headless and its stream becomes events', async () => {
    const own = await startCheckedApi();
    const first = api;
    api = own;
    await fake('gemini', [
      { type: 'init', session_id: 's', model: 'auto-gemini-3' },
      { type: 'message', role: 'user', content: 'the prompt' },
      { type: 'tool_use', tool_id: 'r1', tool_name: 'run_shell_command', parameters: { command: 'ls' } },
      { type: 'tool_result', tool_id: 'r1', status: 'success', output: 'a.ts' },
      { type: 'message', role: 'assistant', content: 'All ', delta: true },
      { type: 'message', role: 'assistant', content: 'done', delta: true },
      { type: 'result', status: 'success', stats: {} },
    ]);
    const { events, done } = await run('gemini').finally(() => (api = first));
    await own.rebyte.close();
    expect(events).toEqual([
      { eventType: 'init', model: 'auto-gemini-3' },
      { eventType: 'tool_use', id: 'r1', name: 'run_shell_command', input: { command: 'ls' } },
      { eventType: 'tool_result', id: 'r1', output: 'a.ts' },
      { eventType: 'text', content: 'All ' },
      { eventType: 'text', content: 'done' },
    ]);
    expect(done).toMatchObject({ status: 'succeeded', finalResult: 'All done' });
  });
});

describe('any agent', () => {
  test('has the login of who started the emulator, and not their Rebyte key', async () => {
    await fake('codex', []);
    process.env['REBYTE_API_KEY'] = 'rbk_secret';
    process.env['CODEX_LOGIN'] = 'mine';
    await run('codex');
    delete process.env['REBYTE_API_KEY'];
    delete process.env['CODEX_LOGIN'];
    const environment = await readFile(join(bin, 'env'), 'utf8');
    expect(environment).toContain('CODEX_LOGIN=mine');
    expect(environment).not.toContain('rbk_secret');
  });

  test('may print what is no JSON: it is shown as text', async () => {
    await fake(
      'codex',
      'Reconnecting...\n[1,2]\n{"type":"item.completed","item":{"type":"agent_message","text":"ok"}}',
    );
    const { events } = await run('codex');
    expect(events.slice(0, 2)).toEqual([
      { eventType: 'text', content: 'Reconnecting...\n' },
      { eventType: 'text', content: '[1,2]\n' },
    ]);
  });

  test('that dies is a failed task with what it said on stderr', async () => {
    await fake('codex', [], 7);
    expect((await run('codex')).done.finalResult).toBe('the agent exited with code 7: a warning');
  });

  test('that never ends is stopped at the deadline', async () => {
    await fake('codex', []);
    const { id } = await api.task('x', { executor: 'codex' }); // Nobody lets it go on.
    expect(await api.done(id)).toMatchObject({
      status: 'failed',
      finalResult: expect.stringContaining('stopped after 2000 ms'),
    });
  });

  test('that is not on PATH is refused, naming the command and what else there is', async () => {
    await rm(join(bin, 'opencode'), { force: true });
    const { status, body } = await api.call('POST', '/tasks', { prompt: 'x', executor: 'opencode' });
    expect([status, body.error.code]).toEqual([403, 'agent_disabled']);
    expect(body.error.message).toMatch(
      /`opencode` command on PATH \(npm install -g opencode-ai\).*--demo-for opencode/,
    );
  });

  test('can be stood in for by the demo agent, when told to, and keeps its name', async () => {
    const { id } = await api.task('demo: result stand-in', { executor: 'gemini', model: 'auto-gemini-3' });
    expect((await api.done(id)).finalResult).toBe('stand-in');
    expect((await api.call('GET', `/tasks/${id}`)).body).toMatchObject({ executor: 'gemini', model: 'auto-gemini-3' });
  });
});
