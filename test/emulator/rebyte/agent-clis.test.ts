// The translations, against recordings of the real CLIs: which ones, is in test/fixtures/agent-clis.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckedApi, startCheckedApi } from './checked-api.ts';
import { createFakeClis, type FakeClis, recording } from './fake-clis.ts';

const CLAUDE = 'claude-code-2.1.197';
const CODEX = 'codex-0.169.0';
const GEMINI = 'gemini-cli-0.61.0';
const OPENCODE = 'opencode-1.18.33';

let api: CheckedApi;
let clis: FakeClis;

beforeAll(async () => {
  clis = await createFakeClis();
  api = await startCheckedApi();
});

afterAll(async () => {
  await api.rebyte.close();
  await clis.remove();
});

const DONE = { status: 'succeeded', finalResult: 'All done: wrote agent-out.txt' };
const COMMAND = 'echo from-agent > agent-out.txt && ls';
const LISTING = 'a.txt\nagent-out.txt';
const ANSWER = { eventType: 'text', content: 'All done: wrote agent-out.txt\n' };

describe('claude', () => {
  test('runs a command, and its stream becomes events', async () => {
    await clis.install('claude', await recording(CLAUDE, 'tool-call'));
    const { events, done } = await clis.run(api, { executor: 'claude', model: 'claude-opus-4.6' });
    expect(events).toEqual([
      { eventType: 'init', cwd: '/home/me/repo', model: 'fake-model' },
      { eventType: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: COMMAND, description: 'write file' } },
      { eventType: 'tool_result', id: 'toolu_1', output: LISTING },
      ANSWER,
      { eventType: 'result', result: DONE.finalResult, usage: expect.objectContaining({ output_tokens: 10 }) },
    ]);
    expect(done).toMatchObject(DONE);
    expect((await clis.started()).args).toEqual(
      expect.arrayContaining(['--print', '--output-format=stream-json', '--model=claude-opus-4.6']),
    );
  });

  test('shows its retries, and has failed when is_error says so although the subtype says success', async () => {
    await clis.install('claude', await recording(CLAUDE, 'wrong-key'), 1);
    const { events, done } = await clis.run(api, { executor: 'claude' });
    expect(events).toContainEqual({
      eventType: 'notice',
      content: 'API error 401 (authentication_failed); retry 1 of 1 in 1 s',
    });
    expect(done).toMatchObject({
      status: 'failed',
      finalResult: 'Failed to authenticate. API Error: 401 invalid key',
    });
  });

  test('may think, and answer a tool in blocks', async () => {
    const lines = [
      { type: 'assistant', message: { content: [{ type: 'thinking', thinking: 'hm' }] } },
      { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a.ts' }] }] } },
    ]; // prettier-ignore
    await clis.install('claude', lines.map((line) => JSON.stringify(line)).join('\n'));
    expect((await clis.run(api, { executor: 'claude' })).events).toEqual([
      { eventType: 'thinking', content: 'hm\n' },
      { eventType: 'tool_result', id: 't', output: 'a.ts' },
    ]);
  });
});

describe('codex', () => {
  const unknownModel = {
    eventType: 'notice',
    content: expect.stringContaining('Model metadata for `fake-model` not found'),
  };

  test('runs a command, and its stream becomes events; its warnings are no part of the answer', async () => {
    await clis.install('codex', await recording(CODEX, 'tool-call'));
    const { events, done } = await clis.run(api, { executor: 'codex' });
    expect(events).toEqual([
      { eventType: 'init', threadId: '01a20113-44db-7c21-b403-0369e042469b' },
      unknownModel,
      { eventType: 'tool_use', id: 'item_1', name: 'shell', input: { command: `/bin/bash -lc '${COMMAND}'` } },
      { eventType: 'tool_result', id: 'item_1', output: `${LISTING}\n`, exitCode: 0 },
      ANSWER,
    ]);
    expect(done).toMatchObject(DONE);
  });

  test('shows its retries, and fails with the reason of its turn alone', async () => {
    await clis.install('codex', await recording(CODEX, 'wrong-key'), 1);
    const { events, done } = await clis.run(api, { executor: 'codex' });
    expect(events).toContainEqual({ eventType: 'notice', content: expect.stringMatching(/^Reconnecting\.\.\. 5\/5/) });
    expect(done).toMatchObject({
      status: 'failed',
      finalResult: 'unexpected status 401 Unauthorized: invalid key, url: http://model.example/v1/responses',
    });
  });
});

describe('gemini', () => {
  const id = 'run_shell_command__run_shell_command_1795314379080_0';

  test('runs a command, and its stream becomes events, without the prompt that it repeats', async () => {
    await clis.install('gemini', await recording(GEMINI, 'tool-call'));
    const { events, done } = await clis.run(api, { executor: 'gemini' });
    expect(events).toEqual([
      { eventType: 'init', model: 'auto' },
      { eventType: 'tool_use', id, name: 'run_shell_command', input: { command: COMMAND, description: 'write' } },
      { eventType: 'tool_result', id, output: LISTING },
      { eventType: 'text', content: DONE.finalResult },
    ]);
    expect(done).toMatchObject(DONE);
  });

  test('may use the code folder and the artifacts folder, which are not its working directory', async () => {
    await clis.install('gemini', '');
    await clis.run(api, { executor: 'gemini' });
    const { args, environment } = await clis.started();
    for (const name of ['REBYTE_CODE_DIR', 'REBYTE_ARTIFACTS_DIR']) {
      expect(args).toContain(`--include-directories=${environment[name]}`);
    }
  });

  test('fails with what its result says', async () => {
    await clis.install('gemini', await recording(GEMINI, 'wrong-key'), 145);
    const { done } = await clis.run(api, { executor: 'gemini' });
    expect(done).toMatchObject({ status: 'failed', finalResult: expect.stringMatching(/^\[API Error: .*invalid key/) });
  });
});

describe('opencode', () => {
  test('runs a command, and its stream becomes events', async () => {
    await clis.install('opencode', await recording(OPENCODE, 'tool-call'));
    const { events, done } = await clis.run(api, { executor: 'opencode' });
    expect(events).toEqual([
      { eventType: 'tool_use', id: 'call_1', name: 'bash', input: { command: COMMAND, description: 'write file' } },
      { eventType: 'tool_result', id: 'call_1', output: `${LISTING}\n` },
      ANSWER,
    ]);
    expect(done).toMatchObject(DONE);
  });

  test('fails with what its error says', async () => {
    await clis.install('opencode', await recording(OPENCODE, 'wrong-key'), 1);
    const { done } = await clis.run(api, { executor: 'opencode' });
    expect(done).toMatchObject({ status: 'failed', finalResult: 'invalid key' });
  });
});

test('a follow-up begins anew when the agent had not spoken: there is nothing to go on with', async () => {
  await clis.install('gemini', await recording(GEMINI, 'wrong-key'), 145);
  const { taskId } = await clis.run(api, { executor: 'gemini' });
  await api.call('POST', `/tasks/${taskId}/prompts`, { prompt: 'Again' });
  await api.done(taskId);
  expect((await clis.started()).args.join(' ')).not.toContain('--resume');
});

test.each([
  ['claude', CLAUDE, ['--resume=7b013cb5-2bc2-447c-a76b-769664595005']],
  ['codex', CODEX, ['exec', 'resume', '01a20113-44db-7c21-b403-0369e042469b', '-']],
  ['gemini', GEMINI, ['--resume=b1df3b48-e2a4-407a-8c22-4b2bf5ef0e93']],
  ['opencode', OPENCODE, ['--session=ses_dfeec72d1ffeAt44hAgJ7cITvC']],
])('a follow-up goes on with the conversation of %s', async (executor, cli, more) => {
  await clis.install(executor, await recording(cli, 'tool-call'));
  const { taskId } = await clis.run(api, { executor });
  expect((await clis.started()).args).not.toEqual(expect.arrayContaining(more));
  await api.call('POST', `/tasks/${taskId}/prompts`, { prompt: 'And now?' });
  expect((await api.done(taskId)).status).toBe('succeeded');
  expect(await clis.started()).toMatchObject({ args: expect.arrayContaining(more), stdin: 'And now?' });
});
