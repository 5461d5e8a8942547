import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type NewTask, ProvisioningError } from '../../../shared/rebyte/index.ts';
import { all, apiFailure, failure, json, reset, ScriptedServer, silence, text } from './scripted-server.ts';

const createdAt = '2026-01-28T12:00:00.000000+00:00';
let server: ScriptedServer;
beforeEach(async () => void (server = await ScriptedServer.start()));
afterEach(() => server.close());

describe('creating a task', () => {
  const created = { id: 't1', workspaceId: 'w1', url: 'u', status: 'running', createdAt, more: 'kept' };

  test('sends every field, and keeps what it does not know of the answer', async () => {
    server.on('POST /tasks', json(201, created));
    const task: NewTask = {
      prompt: 'x'.repeat(100_000),
      executor: 'claude',
      model: 'claude-opus-4.6',
      workspaceId: '6f1f4b0e-3f0b-4c86-9a39-0d6f5b3b1c11',
      files: [{ id: 'f', filename: 'a.txt' }],
      skills: ['pdf'],
      githubUrl: 'octo-org/hello.world',
      branchName: 'main',
    };
    const client = server.client();
    expect(await client.tasks.create(task)).toEqual(created);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(task);
    expect(client.warnings).toEqual([]);
  });

  test.each<[string, NewTask]>([
    ['prompt', { prompt: ' ' }],
    ['prompt', { prompt: 'x'.repeat(100_001) }],
    ['prompt', { prompt: '🌍'.repeat(50_001) }],
    ['githubUrl', { prompt: 'p', githubUrl: 'https://github.com/octo/hello' }],
    ['githubUrl', { prompt: 'p', githubUrl: 'hello' }],
    ['filename', { prompt: 'p', files: [{ id: 'f', filename: 'x'.repeat(256) }] }],
  ])('refuses a bad %s before sending', async (field, task) => {
    expect(await failure(server.client().tasks.create(task))).toMatchObject({ name: 'ValidationError', field });
    expect(server.requests).toEqual([]);
  });

  test('warns of an unknown model and sends it all the same', async () => {
    server.on('POST /tasks', json(201, created));
    const client = server.client();
    await client.tasks.create({ prompt: 'p', model: 'claude-opus-4.7' });
    expect(client.warnings).toEqual([expect.stringContaining('Did you mean "claude-opus-4.6"?')]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a list', () => {
  const entry = (id: string) => ({ id, url: 'u', createdAt });
  const page = (ids: readonly string[], total: number, offset: number) =>
    json(200, { data: ids.map(entry), total, limit: 2, offset });

  test('goes over all pages, one request each, and not twice over what was pushed to the next', async () => {
    server.on('GET /tasks', page(['e', 'd'], 5, 0), page(['d', 'c'], 6, 2), page(['b', 'a'], 6, 4));
    const tasks = await all(server.client().tasks.list({ limit: 2 }));
    expect(tasks.map(({ id }) => id)).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/tasks?limit=2&offset=0',
      '/tasks?limit=2&offset=2',
      '/tasks?limit=2&offset=4',
    ]);
  });

  test('asks for no page that is not needed', async () => {
    server.on('GET /tasks', page(['b', 'a'], 9, 0));
    for await (const task of server.client().tasks.list({ limit: 2 })) if (task.id === 'b') break;
    expect(server.requests).toHaveLength(1);
  });

  test('ends on an empty page, whatever the total claims', async () => {
    server.on('GET /agent-computers', page([], 9, 0));
    expect(await all(server.client().agentComputers.list())).toEqual([]);
  });

  test.each([0, 101, 1.5, Number.NaN])('refuses a limit of %d', async (limit) => {
    expect(await failure(all(server.client().tasks.list({ limit })))).toMatchObject({ field: 'limit' });
  });
});

test('a follow-up is sent with its skills and files', async () => {
  server.on('POST /tasks/t1/prompts', json(201, { promptId: 'p2' }));
  const prompt = { prompt: 'more', skills: ['pdf'], files: [{ id: 'f', filename: 'a' }] };
  const client = server.client();
  expect(await client.prompts.create('t1', prompt)).toEqual({ promptId: 'p2' });
  expect(await failure(client.prompts.create('t1', { prompt: '' }))).toMatchObject({ field: 'prompt' });
});

test.each([
  ['missing', apiFailure(404, 'not_found')],
  ['of another shape', json(200, { messages: [] })],
  ['a page', text(200, '<html>')],
])('content that is %s is undefined, not an error', async (_, reply) => {
  server.on('GET /tasks/t1/content', reply);
  expect(await server.client().tasks.content('t1')).toBeUndefined();
});

describe('an Agent Computer', () => {
  const computer = (status: string, rest: object = {}) =>
    json(200, { id: 'c1', name: 'n', status, url: 'u', createdAt, taskCount: 0, recentTasks: [], ...rest });

  test('is created and awaited at growing intervals, through failures on the way', async () => {
    server.on('POST /agent-computers', json(201, { id: 'c1', name: 'n', status: 'provisioning', url: 'u', createdAt }));
    server.on('GET /agent-computers/c1', computer('provisioning'), reset, computer('warming'), computer('ready'));
    const client = server.client();
    expect(await client.agentComputers.create({ name: 'n', icon: '🤖' })).toMatchObject({ id: 'c1' });
    expect(await client.agentComputers.ready('c1')).toMatchObject({ status: 'ready' });
    expect(client.clock.slept).toEqual([1_000, 250, 1_500]);
  });

  test('that fails says why', async () => {
    server.on('GET /agent-computers/c1', computer('error', { provisionError: 'no capacity' }));
    const error = await failure(server.client().agentComputers.ready('c1'));
    expect(error).toBeInstanceOf(ProvisioningError);
    expect(error).toMatchObject({ computerId: 'c1', provisionError: 'no capacity' });
  });

  test('is not awaited beyond the signal', async () => {
    const controller = new AbortController();
    server.on('GET /agent-computers/c1', silence);
    const waiting = failure(server.client().agentComputers.ready('c1', controller));
    controller.abort();
    expect(await waiting).toMatchObject({ name: 'AbortedError' });
  });

  test('with a name or icon too long is not sent', async () => {
    const { agentComputers } = server.client();
    expect(await failure(agentComputers.create({ name: 'x'.repeat(201) }))).toMatchObject({ field: 'name' });
    expect(await failure(agentComputers.create({ icon: 'x'.repeat(51) }))).toMatchObject({ field: 'icon' });
  });
});

describe('webhooks', () => {
  const webhook = {
    id: 'h1',
    url: 'https://a.example/',
    events: ['task.completed'],
    hasSecret: true,
    isActive: true,
    createdAt,
    failureCount: 0,
  };

  test('are created, read and deleted; registering twice is harmless, so it is retried', async () => {
    server
      .on('POST /webhooks', reset, json(200, webhook))
      .on('GET /webhooks/h1', json(200, webhook))
      .on('DELETE /webhooks/h1', text(204, ''));
    const { webhooks } = server.client();
    expect(await webhooks.create({ url: webhook.url, events: webhook.events, secret: 's' })).toEqual(webhook);
    expect(await webhooks.get('h1')).toEqual(webhook);
    await webhooks.delete('h1');
  });

  test('are listed with and without an envelope', async () => {
    server.on('GET /webhooks', json(200, { data: [webhook] }), json(200, [webhook]));
    const { webhooks } = server.client();
    expect(await webhooks.list()).toEqual([webhook]);
    expect(await webhooks.list()).toEqual([webhook]);
  });

  test.each([
    ['url', { url: 'http://a.example/', events: ['task.completed'] }],
    ['url', { url: 'a.example', events: ['task.completed'] }],
    ['events', { url: 'https://a.example', events: [] }],
    ['description', { url: 'https://a.example', events: ['x'], description: 'x'.repeat(501) }],
    ['secret', { url: 'https://a.example', events: ['x'], secret: 'x'.repeat(501) }],
  ])('with a bad %s are not sent', async (field, body) => {
    expect(await failure(server.client().webhooks.create(body))).toMatchObject({ field });
  });

  test('have a public key, whatever shape it comes in', async () => {
    const { publicKey: pem } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    server.on(
      'GET /webhooks/public_key',
      text(200, pem, { 'content-type': 'text/plain' }),
      text(200, pem.replaceAll('\n', '\r\n') + pem, { 'content-type': 'application/x-pem-file' }),
      json(200, { publicKey: pem }),
      json(200, { public_key: pem }),
      json(200, { key: pem }),
      json(200, pem),
      json(200, { publicKey: null }),
    );
    const { webhooks } = server.client();
    expect(await webhooks.publicKey()).toEqual([pem.trim()]);
    expect(await webhooks.publicKey()).toHaveLength(2);
    for (let i = 0; i < 4; i += 1) expect(await webhooks.publicKey()).toEqual([pem.trim()]);
    expect(await failure(webhooks.publicKey())).toMatchObject({
      name: 'InvalidResponseError',
      message: expect.stringContaining('PEM'),
    });
  });
});
