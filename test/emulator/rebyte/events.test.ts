import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { schema } from '../../support/openapi-contract.ts';
import { type CheckedApi, type Frame, KEY, startCheckedApi } from './checked-api.ts';

let api: CheckedApi;

beforeAll(async () => {
  api = await startCheckedApi({ timings: { heartbeatMs: 20 } });
});

afterAll(() => api.rebyte.close());

async function release({ workspaceId }: { workspaceId: string }): Promise<void> {
  await writeFile(join(api.rebyte.directory, 'workspaces', workspaceId, 'code', 'go'), '');
}

/** Reads frames until one fits. */
async function until(stream: AsyncGenerator<Frame>, fits: (frame: Frame) => boolean): Promise<Frame[]> {
  const seen: Frame[] = [];
  for (;;) {
    const { value, done } = await stream.next();
    if (done) return seen;
    seen.push(value);
    if (fits(value)) return seen;
  }
}

const texts = (frames: readonly Frame[]): string[] =>
  frames.filter(({ data }) => data.eventType === 'text').map(({ data }) => data.payload.content);

describe('the event stream', () => {
  test('replays a live task from its start to who connects late, then follows it to done', async () => {
    const task = await api.task('demo: say one\ndemo: wait go\ndemo: say two\ndemo: result three');
    const early = api.stream(task.id);
    await until(early, ({ data }) => data.payload?.content === 'one');
    const late = api.stream(task.id);
    await until(late, ({ data }) => data.payload?.content === 'one');
    await release(task);
    const rest = (await until(late, ({ event }) => event === 'done')).filter(({ event }) => event !== 'comment');
    expect(texts(rest)).toEqual(['two']);
    expect(rest.at(-1)).toMatchObject({
      event: 'done',
      data: { status: 'succeeded', lastSeq: 4, finalResult: 'three' },
    });
    expect((await late.next()).done).toBe(true);
    await until(early, ({ event }) => event === 'done');
  });

  test('keeps the contract in every event and numbers them without a gap', async () => {
    const task = await api.task('demo: wait go\ndemo: event ask_user_question {"question":"why?"}');
    const stream = api.stream(task.id);
    await until(stream, ({ data }) => data.eventType === 'init');
    await release(task);
    const frames = (await until(stream, () => false)).filter(({ event }) => event !== 'comment');
    const done = frames.pop();
    expect(frames.flatMap(({ data }) => schema('TaskEvent', data))).toEqual([]);
    expect(schema('TaskDone', done?.data)).toEqual([]);
    expect(frames.map(({ data }) => data.seq)).toEqual(frames.map((_, index) => index + 2));
    expect(frames.map(({ data }) => data.eventType)).toEqual([
      'ask_user_question', 'thinking', 'tool_use', 'tool_result', 'text', 'result',
    ]); // prettier-ignore
  });

  test('gives only done to who connects after the end', async () => {
    const task = await api.task('demo: say gone\ndemo: result x');
    await api.done(task.id);
    const frames = await until(api.stream(task.id), () => false);
    expect(frames.map(({ event }) => event)).toEqual(['done']);
  });

  test('belongs to the latest prompt', async () => {
    const task = await api.task('demo: result first');
    await api.done(task.id);
    await api.call('POST', `/tasks/${task.id}/prompts`, { prompt: 'demo: result second' });
    expect((await api.done(task.id)).finalResult).toBe('second');
  });

  test('says something now and then while the agent is silent', async () => {
    const task = await api.task('demo: wait go\ndemo: result x');
    const stream = api.stream(task.id);
    await until(stream, ({ event }) => event === 'comment');
    await release(task);
    expect((await until(stream, ({ event }) => event === 'done')).at(-1)?.event).toBe('done');
  });

  test('passes on hostile output as it is, one frame per event', async () => {
    const task = await api.task(
      'demo: wait go\ndemo: say ::error::x\\n\\x1b[31m\\r\\n\\nevent: done\\ndata: {}\\n\\n\\u2028\ndemo: result x',
    );
    const stream = api.stream(task.id);
    await until(stream, ({ data }) => data.eventType === 'init');
    await release(task);
    const frames = await until(stream, ({ event }) => event === 'done');
    expect(texts(frames)).toEqual(['::error::x\n\u001b[31m\r\n\nevent: done\ndata: {}\n\n\u2028']);
  });

  test('keeps every event whole when there are many', async () => {
    const task = await api.task('demo: wait go\ndemo: flood 1MB\ndemo: result x');
    const stream = api.stream(task.id);
    await until(stream, ({ data }) => data.eventType === 'init');
    await release(task);
    const frames = await until(stream, ({ event }) => event === 'done');
    const flooded = texts(frames);
    expect(flooded.join('')).toHaveLength(1_000_000);
    expect(frames.at(-1)?.data.lastSeq).toBe(flooded.length + 2);
  });

  test('of a task nobody knows is not found', async () => {
    expect((await api.call('GET', '/tasks/nope/events')).body.error.code).toBe('not_found');
  });
});

describe('an agent that has ended unheard', () => {
  let patient: CheckedApi;

  beforeAll(async () => {
    patient = await startCheckedApi({ timings: { unwatchedMs: 600_000 } });
  });

  afterAll(() => patient.rebyte.close());

  /** What the agent said last is in the emulator's own file. */
  async function ended(): Promise<void> {
    const prompts = join(patient.rebyte.directory, 'prompts');
    for (;;) {
      const [prompt = ''] = (await readdir(prompts)).slice(-1);
      const said = await readFile(join(prompts, prompt, 'events.jsonl'), 'utf8').catch(() => '');
      if (said.includes('"eventType":"result"')) return;
    }
  }

  test('is waited with, where that is asked for, until somebody hears all of it', async () => {
    const task = await patient.task('demo: say heard\ndemo: result x');
    await ended();
    const frames = await until(patient.stream(task.id), ({ event }) => event === 'done');
    expect(texts(frames)).toEqual(['heard']);
    expect(frames.at(-1)?.data).toMatchObject({ status: 'succeeded', finalResult: 'x' });
    await patient.call('DELETE', `/tasks/${task.id}`);
  });

  test('can still be canceled', async () => {
    const task = await patient.task('demo: result x');
    await patient.call('POST', `/tasks/${task.id}/cancel`);
    expect(await patient.done(task.id)).toMatchObject({ status: 'canceled' });
  });
});

describe('a reader that does not read', () => {
  test('does not stop the agent, and gets everything in the end', async () => {
    const task = await api.task('demo: wait go\ndemo: flood 20MB\ndemo: result flooded');
    const slow = await connect(task.id);
    slow.pause();
    const fast = await connect(task.id);
    await release(task);
    await once(fast.resume(), 'end');
    expect((await api.call('GET', `/tasks/${task.id}`)).body.status).toBe('completed');
    let bytes = 0;
    slow.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await once(slow.resume(), 'end');
    expect(bytes).toBeGreaterThan(20e6);
  });

  function connect(taskId: string): Promise<IncomingMessage> {
    return new Promise((resolve) => {
      get(`${api.rebyte.url}/tasks/${taskId}/events`, { headers: { API_KEY: KEY }, agent: false }, resolve);
    });
  }
});

describe('content', () => {
  test('has what was asked, what was answered and, when wanted, the events', async () => {
    const task = await api.task('demo: say hello\ndemo: result bye');
    await api.done(task.id);
    const plain = (await api.call('GET', `/tasks/${task.id}/content`)).body;
    expect(plain.prompts).toEqual([
      expect.objectContaining({
        status: 'succeeded',
        userPrompt: 'demo: say hello\ndemo: result bye',
        response: 'bye',
      }),
    ]);
    expect(plain.prompts[0]).not.toHaveProperty('events');
    const full = (await api.call('GET', `/tasks/${task.id}/content?include=events`)).body;
    expect(full.prompts[0].events.map((event: { eventType: string }) => event.eventType)).toEqual([
      'init',
      'text',
      'result',
    ]);
  });
});
