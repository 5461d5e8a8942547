// How agents' processes are run, whichever CLI it is; what they print is in agent-clis.test.ts.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckedApi, startCheckedApi } from './checked-api.ts';
import { createFakeClis, type FakeClis } from './fake-clis.ts';

let api: CheckedApi;
let impatient: CheckedApi;
let clis: FakeClis;

beforeAll(async () => {
  clis = await createFakeClis();
  api = await startCheckedApi({ executors: { gemini: 'demo' } });
  impatient = await startCheckedApi({ timings: { executorTimeoutMs: 2_000, killGraceMs: 100 } });
});

afterAll(async () => {
  await api.rebyte.close();
  await impatient.rebyte.close();
  await clis.remove();
});

/** A line of codex's. */
const said = (text: string): string =>
  JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text } });

describe('any agent', () => {
  test('gets the prompt by stdin, whatever is in it', async () => {
    await clis.install('codex', '');
    const prompt = '--help me\nwith "quotes", $(date) and 日本 🎉\n'.repeat(2_000);
    await clis.run(api, { executor: 'codex', prompt });
    expect((await clis.started()).stdin).toBe(prompt);
  });

  test('has the login of who started the emulator, and not their Rebyte key', async () => {
    await clis.install('codex', '');
    process.env['REBYTE_API_KEY'] = 'rbk_secret';
    process.env['CODEX_LOGIN'] = 'mine';
    await clis.run(api, { executor: 'codex' });
    delete process.env['REBYTE_API_KEY'];
    delete process.env['CODEX_LOGIN'];
    const { environment } = await clis.started();
    expect(environment['CODEX_LOGIN']).toBe('mine');
    expect(JSON.stringify(environment)).not.toContain('rbk_secret');
  });

  test('finds its own folder in PWD, which opencode takes for the folder to work in', async () => {
    await clis.install('opencode', '');
    await clis.run(api, { executor: 'opencode' });
    const { environment } = await clis.started();
    expect(environment['PWD']).toBe(environment['REBYTE_CODE_DIR']);
  });

  test('may print what is no JSON: it is shown as text', async () => {
    await clis.install('codex', `Reconnecting...\n[1,2]\n${said('ok')}`);
    const { events } = await clis.run(api, { executor: 'codex' });
    expect(events.slice(0, 2)).toEqual([
      { eventType: 'text', content: 'Reconnecting...\n' },
      { eventType: 'text', content: '[1,2]\n' },
    ]);
  });

  test('that dies is a failed task with what it said on stderr', async () => {
    await clis.install('codex', '', 7);
    const { done } = await clis.run(api, { executor: 'codex' });
    expect(done).toMatchObject({ status: 'failed', finalResult: 'the agent exited with code 7: a warning' });
  });

  test('that dies in the middle is a failed task with what it said last, and why', async () => {
    await clis.install('codex', said('Let me look.'), 7);
    const { done } = await clis.run(api, { executor: 'codex' });
    expect(done.finalResult).toBe('Let me look.\n\nthe agent exited with code 7: a warning');
  });

  test('that never ends is stopped at the deadline', async () => {
    await clis.install('codex', '');
    const { id } = await impatient.task('x', { executor: 'codex' }); // Nobody lets it go on.
    expect(await impatient.done(id)).toMatchObject({ status: 'failed', finalResult: 'stopped after 2000 ms' });
  });

  test('that waits for its model until the deadline has told why', async () => {
    await clis.install('codex', JSON.stringify({ type: 'error', message: 'waiting for network' }), 'never');
    const { done } = await clis.run(impatient, { executor: 'codex' });
    expect(done.finalResult).toBe('stopped after 2000 ms; its last notice: waiting for network');
  });

  test('that is not on PATH is refused, naming the command and what else there is', async () => {
    await clis.uninstall('opencode');
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
