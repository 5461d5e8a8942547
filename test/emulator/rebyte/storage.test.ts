import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckedApi, startCheckedApi } from './checked-api.ts';

let api: CheckedApi;

beforeAll(async () => {
  api = await startCheckedApi();
});

afterAll(() => api.rebyte.close());

function put(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'PUT', body, headers: { 'Content-Type': 'application/octet-stream', ...headers } });
}

async function announce(
  fields: object = { filename: 'notes.txt' },
): Promise<{ id: string; filename: string; uploadUrl: string }> {
  const { status, body } = await api.call('POST', '/files', fields);
  expect(status).toBe(201);
  return body;
}

async function code(response: Response): Promise<string> {
  return /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? '';
}

describe('a file', () => {
  test('that was uploaded lies in the code folder before the agent starts', async () => {
    const { id, uploadUrl } = await announce({ filename: 'notes.txt', contentType: 'text/plain' });
    expect((await put(uploadUrl, 'héllo', { 'Content-Type': 'text/plain' })).status).toBe(200);
    const task = await api.task('demo: wait renamed.txt\ndemo: result found it', {
      files: [{ id, filename: 'renamed.txt' }],
    });
    expect((await api.done(task.id)).finalResult).toBe('found it');
    const path = join(api.rebyte.directory, 'workspaces', task.workspaceId, 'code', 'renamed.txt');
    expect(await readFile(path, 'utf8')).toBe('héllo');
  });

  test('can come with a follow-up', async () => {
    const task = await api.task('demo: result x');
    const { id, uploadUrl } = await announce();
    await put(uploadUrl, 'late');
    const files = [{ id, filename: 'late.txt' }];
    await api.call('POST', `/tasks/${task.id}/prompts`, { prompt: 'demo: wait late.txt\ndemo: result here', files });
    expect((await api.done(task.id)).finalResult).toBe('here');
  });

  test('that was announced but never uploaded cannot be attached', async () => {
    const { id } = await announce();
    const { body } = await api.call('POST', '/tasks', { prompt: 'x', files: [{ id, filename: 'a' }] });
    expect(body.error.message).toContain('never uploaded');
  });

  test.each(['../up.txt', 'a/b.txt', 'a\\b.txt', '..', '.git', 'nul\u0000'])(
    'named %j is refused',
    async (filename) => {
      expect((await api.call('POST', '/files', { filename })).body.error.code).toBe('validation_error');
      const { id, uploadUrl } = await announce();
      await put(uploadUrl, 'x');
      const attached = await api.call('POST', '/tasks', { prompt: 'x', files: [{ id, filename }] });
      expect(attached.body.error.code).toBe('validation_error');
    },
  );

  test('is refused by the storage with another content type, signature or with an API key', async () => {
    const { uploadUrl } = await announce();
    expect(await code(await put(uploadUrl, 'x', { 'Content-Type': 'text/html' }))).toBe('SignatureDoesNotMatch');
    expect(await code(await put(uploadUrl.replace(/signature=./, 'signature=_'), 'x'))).toBe('SignatureDoesNotMatch');
    expect(await code(await put(uploadUrl.replace(/expires=\d/, 'expires=9'), 'x'))).toBe('SignatureDoesNotMatch');
    const leaked = await put(uploadUrl, 'x', { 'X-Api-Key': 'rbk_localhost' });
    expect([leaked.status, await code(leaked)]).toEqual([400, 'InvalidRequest']);
    expect((await put(uploadUrl, 'x')).status).toBe(200);
  });

  test('is refused above 50 MiB, announced or not', async () => {
    const { uploadUrl } = await announce();
    const chunk = Buffer.alloc(1024 * 1024);
    const announced = await fetch(uploadUrl, {
      method: 'PUT',
      body: Buffer.alloc(50 * 1024 * 1024 + 1),
      headers: { 'Content-Type': 'application/octet-stream' },
    }).then(code, () => 'reset while sending');
    expect(['EntityTooLarge', 'reset while sending']).toContain(announced);
    const status = await new Promise((resolve) => {
      const sending = request(uploadUrl, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/octet-stream' },
        agent: false,
      });
      sending.once('response', (response) => resolve(response.resume().statusCode));
      sending.on('error', () => resolve('reset'));
      for (let sent = 0; sent < 51; sent += 1) sending.write(chunk);
      sending.end();
    });
    expect([400, 'reset']).toContain(status);
    const { body } = await api.call('POST', '/tasks', {
      prompt: 'x',
      files: [{ id: uploadUrl.split('/').at(-1)?.split('?')[0], filename: 'a' }],
    });
    expect(body.error.message).toContain('never uploaded');
  });

  test('has an upload URL that expires', async () => {
    const short = await startCheckedApi({ timings: { uploadUrlMs: -1 } });
    const { uploadUrl } = (await short.call('POST', '/files', { filename: 'a' })).body;
    const late = await put(uploadUrl, 'x');
    await short.rebyte.close();
    expect([late.status, await code(late)]).toEqual([403, 'ExpiredToken']);
  });
});

describe('artifacts', () => {
  test('are what the agent left, of the allowed types, and can be downloaded by key or signed URL', async () => {
    const { id, workspaceId } = await api.task(
      'demo: artifact table.csv 1024\ndemo: artifact virus.exe 10\ndemo: result x',
    );
    await api.done(id);
    const { data } = (await api.call('GET', `/workspaces/${workspaceId}/artifacts`)).body;
    expect(data).toEqual([expect.objectContaining({ name: 'table.csv', size: 1024, contentType: 'text/csv' })]);
    const byKey = await api.call('GET', `/workspaces/${workspaceId}/artifacts/table.csv`);
    expect(byKey.headers.get('content-disposition')).toMatch(/^attachment; filename="table.csv"/);
    expect(await (await fetch(data[0].downloadUrl)).text()).toBe(byKey.body);
    expect((await api.call('GET', `/workspaces/${workspaceId}/artifacts/virus.exe`)).status).toBe(404);
    expect((await api.call('GET', `/workspaces/${workspaceId}/artifacts/..%2F..%2Fx.csv`)).status).toBe(400);
  });

  test('are uploaded as multipart, merge, and are deleted by name or all together', async () => {
    const { workspaceId } = await api.task('demo: result x');
    const at = `/workspaces/${workspaceId}/artifacts`;
    const { status, body } = await api.call('POST', at, form({ 'ä ö.pdf': 'one', 'b.csv': 'two' }));
    expect([status, body.uploaded[0]]).toEqual([201, { name: 'ä ö.pdf', size: 3, contentType: 'application/pdf' }]);
    await api.call('POST', at, form({ 'c.csv': 'three', 'b.csv': 'other' }));
    expect(await names(at)).toEqual(['b.csv', 'c.csv', 'ä ö.pdf']);
    expect((await api.call('GET', `${at}/b.csv`)).body).toBe('other');
    expect((await api.call('DELETE', `${at}/b.csv`)).status).toBe(204);
    expect((await api.call('DELETE', `${at}/b.csv`)).status).toBe(404);
    expect((await api.call('DELETE', at)).status).toBe(204);
    expect(await names(at)).toEqual([]);
  });

  test.each([
    ['a type that is not allowed', form({ 'a.exe': 'x' })],
    ['eleven files', form(Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`${n}.csv`, 'x'])))],
    ['a file above 10 MB', form({ 'big.csv': 'x'.repeat(10 * 1024 * 1024 + 1) })],
    ['no file', new FormData()],
    ['no form', { files: [] }],
  ])('are refused with %s', async (_, body) => {
    const { workspaceId } = await api.task('demo: result x');
    expect((await api.call('POST', `/workspaces/${workspaceId}/artifacts`, body)).body.error.code).toBe(
      'validation_error',
    );
    expect(await names(`/workspaces/${workspaceId}/artifacts`)).toEqual([]);
  });

  test('go up by signed URL when they are larger', async () => {
    const { workspaceId } = await api.task('demo: result x');
    const at = `/workspaces/${workspaceId}/artifacts`;
    const { body } = await api.call('POST', `${at}/upload-url`, {
      files: [{ name: 'big.zip', contentType: 'application/zip' }],
    });
    expect((await put(body.files[0].uploadUrl, 'zip', { 'Content-Type': 'application/zip' })).status).toBe(200);
    expect(await names(at)).toEqual(['big.zip']);
    expect((await api.call('POST', `${at}/upload-url`, { files: [{ name: '../x.zip' }] })).status).toBe(400);
    expect((await api.call('POST', `${at}/upload-url`, { files: [] })).status).toBe(400);
  });

  function form(files: Record<string, string>): FormData {
    const data = new FormData();
    for (const [name, text] of Object.entries(files)) data.append('files', new File([text], name));
    return data;
  }

  async function names(at: string): Promise<string[]> {
    return (await api.call('GET', at)).body.data.map(({ name }: { name: string }) => name);
  }
});

describe('an agent computer', () => {
  test('is provisioning at first, then ready, and keeps its folder between tasks', async () => {
    const { status, body } = await api.call('POST', '/agent-computers', { name: 'Builder', icon: '🔧' });
    expect([status, body.status, body.name]).toEqual([201, 'provisioning', 'Builder']);
    const first = await api.task('demo: write kept.txt x\ndemo: result one', { workspaceId: body.id });
    await api.done(first.id);
    const second = await api.task('demo: wait kept.txt\ndemo: result two', { workspaceId: body.id });
    await api.done(second.id);
    await api.call('DELETE', `/tasks/${first.id}`);
    const detail = (await api.call('GET', `/agent-computers/${body.id}`)).body;
    expect(detail).toMatchObject({
      status: 'ready',
      taskCount: 1,
      recentTasks: [{ id: second.id, status: 'completed' }],
    });
    expect(detail.sandboxId).toEqual(expect.any(String));
  });

  test('has a name by default, and the list is newest first', async () => {
    const { body } = await api.call('POST', '/agent-computers');
    expect(body.name).toBe('Agent Computer');
    expect((await api.call('GET', '/agent-computers?limit=1')).body.data[0].id).toBe(body.id);
    expect((await api.call('POST', '/agent-computers', { name: 'x'.repeat(201) })).status).toBe(400);
  });

  test('that failed to provision says why and takes no task', async () => {
    api.rebyte.control.faults.add({ kind: 'provision', error: 'no capacity' });
    const { id } = (await api.call('POST', '/agent-computers', {})).body;
    const { body } = await api.call('POST', '/tasks', { prompt: 'x', workspaceId: id });
    expect(body.error.message).toContain('no capacity');
    expect((await api.call('GET', `/agent-computers/${id}`)).body).toMatchObject({
      status: 'error',
      provisionError: 'no capacity',
    });
  });
});
