import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckedApi, type Frame, KEY, startCheckedApi } from './checked-api.ts';

let api: CheckedApi;

beforeAll(async () => {
  api = await startCheckedApi({ control: true, timings: { heartbeatMs: 10 } });
});

afterEach(() => control('DELETE', '/faults'));
afterAll(() => api.rebyte.close());

async function control(method: string, path: string, body?: unknown): Promise<Response> {
  const url = `${api.rebyte.origin}/_emulator${path}`;
  return fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

function create(): Promise<Response> {
  return fetch(`${api.rebyte.url}/tasks`, {
    method: 'POST',
    headers: { API_KEY: KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify({ prompt: 'demo: result x' }),
  });
}

async function taskCount(): Promise<number> {
  return (await api.call('GET', '/tasks')).body.total;
}

describe('request faults', () => {
  test("answer so many matching requests in the API's form or in a proxy's, then no more", async () => {
    await control('POST', '/faults', [
      { kind: 'respond', status: 403, code: 'insufficient_scopes', path: '/v1/tasks', times: 2 },
      { kind: 'respond', status: 502, body: '<h1>Bad Gateway</h1>', method: 'POST', path: '/v1/*' },
      { kind: 'respond', status: 429, retryAfter: 7, path: '/v1/webhooks' },
    ]);
    const listed = await api.call('GET', '/tasks');
    expect([listed.status, listed.body.error.code]).toEqual([403, 'insufficient_scopes']);
    expect((await create()).status).toBe(403);
    const proxied = await create();
    expect([proxied.status, await proxied.text()]).toEqual([502, '<h1>Bad Gateway</h1>']);
    expect((await api.call('GET', '/webhooks')).headers.get('retry-after')).toBe('7');
    expect((await create()).status).toBe(201);
  });

  test('reset the connection before the work, or after it was done', async () => {
    const before = await taskCount();
    api.rebyte.control.faults.add({ kind: 'reset', method: 'POST' });
    await expect(create()).rejects.toThrow();
    expect(await taskCount()).toBe(before);
    api.rebyte.control.faults.add({ kind: 'reset', method: 'POST', when: 'after' });
    await expect(create()).rejects.toThrow();
    expect(await taskCount()).toBe(before + 1);
  });

  test('can hide the answer to work that was done behind a 504', async () => {
    const before = await taskCount();
    api.rebyte.control.faults.add({ kind: 'respond', status: 504, when: 'after', method: 'POST' });
    const lost = await create();
    expect([lost.status, lost.headers.get('content-type')]).toEqual([504, 'text/html']);
    expect(await taskCount()).toBe(before + 1);
  });

  test('can strike always, until they are cleared', async () => {
    api.rebyte.control.faults.add({
      kind: 'respond',
      status: 404,
      code: 'not_found',
      path: '/v1/tasks/*/content',
      times: -1,
    });
    const { id } = await api.task('demo: result x');
    for (let n = 0; n < 3; n += 1) expect((await api.call('GET', `/tasks/${id}/content`)).status).toBe(404);
    expect(await (await control('GET', '/faults')).json()).toMatchObject({ faults: [{ kind: 'respond' }] });
    await control('DELETE', '/faults');
    expect((await api.call('GET', `/tasks/${id}/content`)).status).toBe(200);
  });

  test.each([{ kind: 'meteor' }, { kind: 'delay' }, { kind: 'stream', how: 'burn', afterEvents: 1 }, 'reset', null])(
    'that make no sense are refused: %j',
    async (fault) => {
      expect((await control('POST', '/faults', fault)).status).toBe(400);
    },
  );
});

describe('stream faults', () => {
  test('cut the stream after so many events', async () => {
    const task = await api.task('demo: say 1\ndemo: say 2\ndemo: say 3\ndemo: wait never');
    api.rebyte.control.faults.add({ kind: 'stream', how: 'cut', afterEvents: 2 });
    const stream = eventsOf(task.id);
    const seen = [await stream.next(), await stream.next()];
    expect(seen.map(({ value }) => value?.data.seq)).toEqual([1, 2]);
    await expect(stream.next()).rejects.toThrow();
    await api.call('DELETE', `/tasks/${task.id}`);
  });

  test('can let it go silent without closing it', async () => {
    const task = await api.task('demo: say 1\ndemo: say 2\ndemo: wait never');
    api.rebyte.control.faults.add({ kind: 'stream', how: 'stall', afterEvents: 1 });
    const stream = eventsOf(task.id);
    expect((await stream.next()).value?.data.eventType).toBe('init');
    const next = stream.next();
    await api.call('POST', `/tasks/${task.id}/cancel`); // Ends the prompt, and no `done` comes.
    expect(await Promise.race([next, api.done(task.id).then(() => 'silent')])).toBe('silent');
    void next.catch(() => undefined); // Closing the emulator ends it.
  });
});

async function* eventsOf(taskId: string): AsyncGenerator<Frame> {
  for await (const frame of api.stream(taskId)) if (frame.event !== 'comment') yield frame;
}

describe('result faults', () => {
  test('leave out the final text, while the events still carry it', async () => {
    api.rebyte.control.faults.add({ kind: 'result', how: 'missing' });
    const { id } = await api.task('demo: result hidden');
    expect((await api.done(id)).finalResult).toBe('');
    const { prompts } = (await api.call('GET', `/tasks/${id}/content?include=events`)).body;
    expect([prompts[0].response, prompts[0].events.at(-1).payload.result]).toEqual([null, 'hidden']);
  });

  test('bring it a moment after the status', async () => {
    api.rebyte.control.faults.add({ kind: 'result', how: 'late', ms: 100 });
    const { id } = await api.task('demo: result slow');
    expect(await api.done(id)).toMatchObject({ status: 'succeeded', finalResult: '' });
    while ((await api.call('GET', `/tasks/${id}/content`)).body.prompts[0].response === null);
    expect((await api.done(id)).finalResult).toBe('slow');
  });
});

describe('the control surface', () => {
  test('shows which requests came, without keys and signatures', async () => {
    await control('DELETE', '/requests');
    const { uploadUrl } = (await api.call('POST', '/files', { filename: 'a' })).body;
    await fetch(uploadUrl, { method: 'PUT', body: 'x', headers: { 'Content-Type': 'application/octet-stream' } });
    const { requests } = JSON.parse(await (await control('GET', '/requests')).text());
    expect(requests.map(({ method, status }: { method: string; status: number }) => [method, status])).toEqual([
      ['POST', 201],
      ['PUT', 200],
    ]);
    expect(JSON.stringify(requests)).not.toMatch(/signature|rbk_/);
  });

  test('is not there unless it was asked for', async () => {
    const plain = await startCheckedApi();
    expect((await fetch(`${plain.rebyte.origin}/_emulator/faults`)).status).toBe(404);
    await plain.rebyte.close();
  });
});
