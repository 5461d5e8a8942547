import { verify } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { schema } from '../../support/openapi-contract.ts';
import { type CheckedApi, startCheckedApi } from './checked-api.ts';

const ALL = ['task.created', 'task.running', 'task.completed', 'task.failed', 'task.canceled'];

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  // oxlint-disable-next-line no-explicit-any -- asserted below
  readonly payload: any;
}

let api: CheckedApi;
let receiver: Server;
let url: string;
let deliveries: Delivery[];
let answer: number | 'never';

beforeAll(async () => {
  api = await startCheckedApi({ timings: { webhookTimeoutMs: 5_000 } });
  receiver = createServer((request, response) => void receive(request, response));
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const { port }: AddressInfo = Object(receiver.address());
  url = `http://127.0.0.1:${port}/hook`;
});

beforeEach(() => {
  deliveries = [];
  answer = 200;
});

afterEach(async () => {
  api.rebyte.control.faults.clear();
  for (const { id } of (await api.call('GET', '/webhooks')).body.data) await api.call('DELETE', `/webhooks/${id}`);
});

afterAll(async () => {
  await api.rebyte.close();
  receiver.closeAllConnections();
  receiver.close();
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const raw = await text(request);
  deliveries.push({ headers: request.headers, raw, payload: JSON.parse(raw) });
  if (answer !== 'never') response.writeHead(answer, { Location: '/elsewhere' }).end();
  receiver.emit('delivered');
}

// oxlint-disable-next-line no-explicit-any -- asserted by the callers
async function register(fields: object = {}): Promise<any> {
  return (await api.call('POST', '/webhooks', { url, events: ALL, ...fields })).body;
}

async function deliveredCount(count: number): Promise<void> {
  while (deliveries.length < count) await once(receiver, 'delivered');
}

const events = (): string[] => deliveries.map(({ payload }) => payload.event);

describe('a webhook', () => {
  test('has no public key before there is a webhook, and keeps it after', async () => {
    expect((await api.call('GET', '/webhooks/public_key')).status).toBe(404);
    const { id } = await register();
    const key = (await api.call('GET', '/webhooks/public_key')).body;
    await api.call('DELETE', `/webhooks/${id}`);
    await register();
    expect((await api.call('GET', '/webhooks/public_key')).body).toEqual(key);
  });

  test('hears of a task in order, signed with the public key, the result only at the end', async () => {
    await register({ secret: 'hush' });
    const task = await api.task('demo: result final words');
    await deliveredCount(3);
    expect(events()).toEqual(['task.created', 'task.running', 'task.completed']);
    expect(deliveries.map(({ payload }) => payload.data.status)).toEqual(['pending', 'running', 'succeeded']);
    expect(deliveries.map(({ payload }) => payload.data.result)).toEqual([undefined, undefined, 'final words']);
    expect(deliveries.flatMap(({ payload }) => schema('WebhookPayload', payload))).toEqual([]);
    expect(deliveries[0]!.payload.taskId).toBe(task.id);
    const { publicKey } = (await api.call('GET', '/webhooks/public_key')).body;
    for (const { headers, raw } of deliveries) {
      const signed = Buffer.from(`${String(headers['x-webhook-timestamp'])}.${raw}`);
      const signature = Buffer.from(String(headers['x-webhook-signature']), 'base64');
      expect(verify('RSA-SHA256', signed, publicKey, signature)).toBe(true);
      expect(headers).toMatchObject({ 'x-webhook-secret': 'hush', 'content-type': 'application/json' });
    }
  });

  test('hears only what it asked for, of failures and cancellations too', async () => {
    await register({ events: ['task.failed', 'task.canceled'] });
    await api.task('demo: fail oh no');
    await deliveredCount(1);
    const task = await api.task('demo: wait never');
    await api.call('POST', `/tasks/${task.id}/cancel`);
    await deliveredCount(2);
    expect(events()).toEqual(['task.failed', 'task.canceled']);
    expect(deliveries[0]!.payload.data).toMatchObject({ status: 'failed', result: 'oh no' });
  });

  test('is returned unchanged when its URL is registered again, and never shows its secret', async () => {
    const first = await api.call('POST', '/webhooks', {
      url,
      events: ['task.failed'],
      secret: 'hush',
      description: 'mine',
    });
    const again = await api.call('POST', '/webhooks', { url, events: ALL });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({ hasSecret: true, isActive: true, failureCount: 0, description: 'mine' });
    const list = (await api.call('GET', '/webhooks')).body.data;
    expect([list, (await api.call('GET', `/webhooks/${first.body.id}`)).body]).toEqual([[first.body], first.body]);
    expect(JSON.stringify(list)).not.toContain('hush');
  });

  test('is one of at most three', async () => {
    for (const name of ['a', 'b', 'c']) await register({ url: `${url}/${name}` });
    const fourth = await api.call('POST', '/webhooks', { url: `${url}/d`, events: ALL });
    expect([fourth.status, fourth.body.error.code]).toEqual([400, 'limit_exceeded']);
    expect((await register({ url: `${url}/a` })).isActive).toBe(true);
  });

  test.each(['http://example.com/hook', 'ftp://127.0.0.1/', 'nonsense', 'http://127.0.0.1.evil.example/'])(
    'cannot be at %s',
    async (bad) => {
      expect((await api.call('POST', '/webhooks', { url: bad, events: ALL })).body.error.code).toBe('validation_error');
    },
  );

  test('cannot ask for events that do not exist', async () => {
    expect((await api.call('POST', '/webhooks', { url, events: ['task.exploded'] })).status).toBe(400);
  });

  test('is tried once, counts failures, is switched off at ten in a row, and a success sets it back', async () => {
    const { id } = await register({ events: ['task.created'] });
    answer = 500;
    await deliver(9);
    await webhookHas(id, { failureCount: 9, isActive: true });
    answer = 204;
    await api.task('demo: result x');
    await webhookHas(id, { failureCount: 0 });
    answer = 307;
    await deliver(10);
    await webhookHas(id, { failureCount: 10, isActive: false });
    await api.done((await api.task('demo: result x')).id);
    expect(deliveries).toHaveLength(20);
  });

  test('that does not answer in time has failed', async () => {
    answer = 'never';
    const { id } = await register({ events: ['task.created'] });
    await api.task('demo: result x');
    await webhookHas(id, { failureCount: 1 });
  });

  test('hears nothing once it is deleted', async () => {
    const { id } = await register();
    expect((await api.call('DELETE', `/webhooks/${id}`)).status).toBe(204);
    expect((await api.call('GET', `/webhooks/${id}`)).status).toBe(404);
    await api.done((await api.task('demo: result x')).id);
    expect(deliveries).toEqual([]);
  });

  /** Each task's start is told twice, so that fewer tasks are needed. */
  async function deliver(count: number): Promise<void> {
    const target = deliveries.length + count;
    const doubled = Math.floor(count / 2);
    api.rebyte.control.faults.add({ kind: 'webhook', how: 'double', times: doubled });
    for (let n = 0; n < count - doubled; n += 1) await api.task('demo: result x');
    await deliveredCount(target);
  }

  async function webhookHas(id: string, fields: object): Promise<void> {
    for (;;) {
      const { body } = await api.call('GET', `/webhooks/${id}`);
      if (Object.entries(fields).every(([name, value]) => body[name] === value)) return;
    }
  }
});

describe('faults on deliveries', () => {
  test('lose one, double one', async () => {
    api.rebyte.control.faults.add(
      { kind: 'webhook', how: 'lose', event: 'task.created' },
      { kind: 'webhook', how: 'double', event: 'task.completed' },
    );
    await register();
    await api.task('demo: result x');
    await deliveredCount(3);
    expect(events()).toEqual(['task.running', 'task.completed', 'task.completed']);
  });

  test('swap one with the next, or send it late', async () => {
    api.rebyte.control.faults.add(
      { kind: 'webhook', how: 'swap', event: 'task.running' },
      { kind: 'webhook', how: 'late', ms: 1, event: 'task.created' },
    );
    await register();
    await api.task('demo: result x');
    await deliveredCount(3);
    const order = events();
    expect(order.indexOf('task.running')).toBeGreaterThan(order.indexOf('task.completed'));
    expect(order).toContain('task.created');
  });
});
