// The whole surface against Rebyte on localhost, which shares nothing with the client but the API's description.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Rebyte, startRebyte } from '../../../emulator/rebyte/index.ts';
import {
  ForbiddenError,
  AuthenticationError,
  NotFoundError,
  RebyteClient,
  type TaskEvent,
  unwrapWebhook,
} from '../../../shared/rebyte/index.ts';
import { all, failure } from './scripted-server.ts';

let rebyte: Rebyte;
let client: RebyteClient;
let folder: string;
beforeAll(async () => {
  rebyte = await startRebyte();
  client = new RebyteClient({ apiKey: 'rbk_localhost', baseUrl: rebyte.url });
  folder = await mkdtemp(join(tmpdir(), 'rebyte-against-'));
});
afterAll(async () => {
  await client.close();
  await rebyte.close();
  await rm(folder, { recursive: true });
});

test('a task runs to its result, is continued, shared, listed, read and deleted', async () => {
  await writeFile(join(folder, 'note.txt'), 'hello');
  const file = await client.files.upload({ path: join(folder, 'note.txt'), contentType: 'text/plain' });
  const created = await client.tasks.create({ prompt: 'Survey this.', executor: 'demo', files: [file] });
  const events: TaskEvent[] = [];
  const first = await client.tasks.wait(created.id, {
    workspaceId: created.workspaceId,
    onEvent: (event) => void events.push(event),
  });
  expect(first).toMatchObject({ status: 'succeeded', resultSource: 'done', resultTruncated: false });
  expect(first.result).not.toBe('');
  expect(events.map(({ eventType }) => eventType)).toEqual(expect.arrayContaining(['init', 'text']));
  expect(new Set(events.map(({ seq }) => seq)).size).toBe(events.length);

  const { promptId } = await client.prompts.create(created.id, { prompt: 'Again.' });
  const second = await client.tasks.wait(created.id, { promptId });
  expect(second).toMatchObject({ status: 'succeeded', promptId });
  // Listening after the end still gives the end.
  expect(await all(client.tasks.events(created.id, { promptId }))).toContainEqual(
    expect.objectContaining({ type: 'done', status: 'succeeded' }),
  );

  expect(await client.tasks.get(created.id)).toMatchObject({
    status: 'completed',
    prompts: [{ id: promptId }, { status: 'succeeded' }],
  });
  expect((await all(client.tasks.list({ limit: 1 }))).map(({ id }) => id)).toContain(created.id);
  expect((await client.tasks.content(created.id))?.prompts?.[0]).toMatchObject({ id: promptId });
  expect(await client.tasks.setVisibility(created.id, 'public')).toMatchObject({
    visibility: 'public',
    shareUrl: expect.any(String),
  });
  await client.tasks.delete(created.id);
  expect(await failure(client.tasks.get(created.id))).toBeInstanceOf(NotFoundError);
});

test('a running task is canceled, and whoever waits learns it', async () => {
  const { id } = await client.tasks.create({ prompt: 'sleep 60', executor: 'demo' });
  const waiting = client.tasks.wait(id);
  expect(await client.tasks.cancel(id)).toMatchObject({ status: 'canceled' });
  expect(await waiting).toMatchObject({ status: 'canceled' });
});

test('an Agent Computer comes up, is listed, and runs a task whose artifacts come and go', async () => {
  const { id } = await client.agentComputers.create({ name: 'mine' });
  expect(await client.agentComputers.ready(id)).toMatchObject({ status: 'ready', name: 'mine' });
  expect((await all(client.agentComputers.list())).map((each) => each.id)).toContain(id);
  const task = await client.tasks.create({ prompt: 'Survey this.', executor: 'demo', workspaceId: id });
  expect(task.workspaceId).toBe(id);
  await client.tasks.wait(task.id);
  expect((await client.agentComputers.get(id)).recentTasks).toMatchObject([{ id: task.id }]);

  await writeFile(join(folder, 'table.csv'), 'a,b\n');
  expect(await client.artifacts.upload(id, [join(folder, 'table.csv')])).toMatchObject([
    { name: 'table.csv', size: 4 },
  ]);
  await writeFile(join(folder, 'large.zip'), Buffer.alloc(11_000_000, 1));
  await client.artifacts.upload(id, [join(folder, 'large.zip')]);
  expect((await client.artifacts.list(id)).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['table.csv', 'large.zip']),
  );
  const path = await client.artifacts.download(id, 'table.csv', { directory: join(folder, 'down') });
  expect(await readFile(path, 'utf8')).toBe('a,b\n');
  await client.artifacts.delete(id, 'table.csv');
  await client.artifacts.deleteAll(id);
  expect(await client.artifacts.list(id)).toEqual([]);
});

test('a webhook is registered once, and its deliveries verify', async () => {
  const deliveries: { headers: Record<string, string | string[] | undefined>; body: Buffer }[] = [];
  let arrived: (() => void) | undefined;
  const receiver = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => void chunks.push(chunk));
    req.on('end', () => {
      deliveries.push({ headers: req.headers, body: Buffer.concat(chunks) });
      res.end();
      arrived?.();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const hook = await client.webhooks.create({ url, events: ['task.completed'], secret: 's' });
  expect(await client.webhooks.create({ url, events: ['task.completed'] })).toMatchObject({ id: hook.id });
  expect(await client.webhooks.list()).toMatchObject([{ id: hook.id, hasSecret: true }]);
  const delivered = new Promise<void>((resolve) => (arrived = resolve));
  const { id } = await client.tasks.create({ prompt: 'Survey this.', executor: 'demo' });
  await delivered;
  const publicKeys = await client.webhooks.publicKey();
  const [first] = deliveries;
  expect(unwrapWebhook(first?.body ?? '', first?.headers ?? {}, { publicKeys, secret: 's' })).toMatchObject({
    event: 'task.completed',
    taskId: id,
    data: { status: 'succeeded', result: expect.any(String) },
  });
  expect((await client.webhooks.get(hook.id)).failureCount).toBe(0);
  await client.webhooks.delete(hook.id);
  receiver.closeAllConnections();
  receiver.close();
  await once(receiver, 'close');
});

test('a wrong key is told apart from a missing task', async () => {
  const stranger = new RebyteClient({ apiKey: 'rbk_wrong', baseUrl: rebyte.url });
  const error = await failure(stranger.tasks.get('t'));
  expect(error).toBeInstanceOf(AuthenticationError);
  expect(error).not.toBeInstanceOf(ForbiddenError);
  await stranger.close();
  expect(await failure(client.tasks.get('00000000-0000-4000-8000-000000000000'))).toMatchObject({ code: 'not_found' });
});
