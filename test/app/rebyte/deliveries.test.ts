import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listen, type HttpServer } from '../../../app/http/http-server.ts';
import { rebyteDeliveries } from '../../../app/rebyte/deliveries.ts';
import { webhookKeys } from '../../../app/rebyte/webhook-keys.ts';
import { StorageUnavailable } from '../../../app/sql/storage-error.ts';
import { agentOver } from '../../../app/rebyte/agent.ts';
import { RebyteClient } from '../../../shared/rebyte/index.ts';
import type { Job, JobOptions } from '../../../shared/ports/jobs.ts';
import { keepingLog } from '../../support/keeping-log.ts';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const old = rsa();
const fresh = rsa();
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const PAYLOAD = {
  event: 'task.completed',
  taskId: 'task-1',
  timestamp: 1_700_000_000,
  data: { status: 'succeeded', taskUrl: 'https://app.rebyte.ai/run/task-1', result: 'Done.' },
};

let now: number;
let asked: number;
let answer: () => Promise<readonly string[]>;
let jobs: Job[];
let refusal: Error | undefined;
let outcomes: string[];
let server: HttpServer;

beforeEach(async () => {
  now = 1_700_000_002_000;
  asked = 0;
  answer = () => Promise.resolve([pem(old.publicKey)]);
  jobs = [];
  outcomes = [];
  const clock = { now: () => now, steady: () => now, sleep: () => Promise.resolve() };
  const client = new RebyteClient({ apiKey: 'rbk_one' });
  const connection = {
    account: 'acme',
    client,
    agent: agentOver(client, { mask: (text) => text }),
    webhookPath: '/hook',
    webhookSecret: 'shared',
    oldWebhookSecret: 'shared before',
    keys: webhookKeys(() => ((asked += 1), answer()), clock),
  };
  const known = new Set<string>();
  refusal = undefined;
  const add = (job: Job, { once }: JobOptions) => {
    if (refusal !== undefined) return Promise.reject(refusal);
    if (once !== undefined && known.has(once.id)) return Promise.resolve(false);
    if (once !== undefined) known.add(once.id);
    return Promise.resolve(jobs.push(job) > 0);
  };
  const parts = {
    jobs: { add },
    clock,
    onDelivery: (outcome: string) => void outcomes.push(outcome),
  };
  const routes = new Map([['/hook', rebyteDeliveries(connection, parts)]]);
  server = await listen({ host: '127.0.0.1', port: 0, routes, log: keepingLog() });
});
afterEach(async () => {
  await server.close();
});

interface Changes {
  readonly body?: string;
  readonly key?: KeyObject;
  readonly at?: number;
  readonly headers?: Record<string, string>;
}

async function deliver({
  body = JSON.stringify(PAYLOAD),
  key = old.privateKey,
  at = 1_700_000_001,
  headers = {},
}: Changes = {}) {
  return await fetch(`${server.url}/hook`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-webhook-timestamp': String(at),
      'x-webhook-signature': sign('RSA-SHA256', Buffer.from(`${at}.${body}`), key).toString('base64'),
      'x-webhook-secret': 'shared',
      ...headers,
    },
  });
}

describe("a delivery of Rebyte's", () => {
  test('that is genuine is recorded before it is answered', async () => {
    expect((await deliver()).status).toBe(200);
    expect(jobs).toEqual([
      {
        kind: 'notice',
        account: 'acme',
        notice: {
          event: 'task.completed',
          taskId: 'task-1',
          timestamp: 1_700_000_000,
          status: 'succeeded',
          result: 'Done.',
          receivedAt: now,
        },
      },
    ]);
  });

  test('that comes a second time is counted as such, and recorded: another prompt can have ended alike', async () => {
    await deliver();
    expect((await deliver()).status).toBe(200);
    expect(jobs).toHaveLength(2);
    expect(outcomes).toEqual(['taken', 'repeated']);
  });

  test.each([
    ['without a signature', { headers: { 'x-webhook-signature': '' } }, 400, 'x-webhook-signature'],
    ['with a time that is none', { headers: { 'x-webhook-timestamp': 'soon' } }, 400, 'x-webhook-timestamp'],
    ['six minutes old', { at: 1_699_999_640 }, 401, 's old'],
    ['from the future', { at: 1_700_000_400 }, 401, 'ahead'],
    ['signed by somebody else', { key: fresh.privateKey }, 401, 'signature'],
    ['with the secret of another account', { headers: { 'x-webhook-secret': 'theirs' } }, 401, 'X-Webhook-Secret'],
    ['that is not a notice', { body: '{}' }, 400, 'body'],
    ['that is no JSON', { headers: { 'content-type': 'text/plain' } }, 415, 'application/json'],
    ['of more than 1 MiB', { body: JSON.stringify({ ...PAYLOAD, more: 'x'.repeat(1_100_000) }) }, 413, '1 MiB'],
  ] as const)('%s is refused, and said why', async (_, changes, status, why) => {
    const response = await deliver(changes);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(why);
    expect(jobs).toEqual([]);
  });

  test('may carry the secret that ours replaced, until the webhook is made anew', async () => {
    expect((await deliver({ headers: { 'x-webhook-secret': 'shared before' } })).status).toBe(200);
  });

  test('signed with a new key is verified after asking for the key once', async () => {
    await deliver();
    answer = () => Promise.resolve([pem(fresh.publicKey)]);
    now += 61_000;
    const at = 1_700_000_060;
    expect((await deliver({ key: fresh.privateKey, at })).status).toBe(200);
    expect(asked).toBe(2);
  });

  test('with a forged signature, many times, has the key asked for once a minute at most', async () => {
    for (let count = 0; count < 5; count += 1) await deliver({ key: fresh.privateKey, at: 1_700_000_000 + count });
    expect(asked).toBe(1);
    now += 61_000;
    await deliver({ key: fresh.privateKey, at: 1_700_000_060 });
    expect(asked).toBe(2);
  });

  test('that cannot be verified, because Rebyte gives no key, is put off', async () => {
    answer = () => Promise.reject(new Error('down'));
    const response = await deliver();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
  });

  test('that cannot be recorded is refused for a while, and taken as new when it comes again', async () => {
    refusal = new StorageUnavailable('disk full: /data/app.db');
    const response = await deliver();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await response.text()).not.toContain('/data');
    refusal = undefined;
    expect((await deliver()).status).toBe(200);
    expect(outcomes).toEqual(['failed', 'taken']);
  });

  test('that meets a fault of ours is answered as one', async () => {
    refusal = new Error('a defect');
    expect((await deliver()).status).toBe(500);
    expect(outcomes).toEqual(['failed']);
  });
});
