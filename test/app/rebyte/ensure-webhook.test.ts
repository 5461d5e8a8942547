import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureWebhook } from '../../../app/rebyte/ensure-webhook.ts';
import { startRebyte, type Rebyte } from '../../../emulator/rebyte/index.ts';
import { RebyteClient } from '../../../shared/rebyte/index.ts';

const EVENTS = ['task.completed', 'task.failed', 'task.canceled'] as const;
const WANTED = { url: 'http://127.0.0.1:9/rebyte/webhooks', secret: 'first' };
let rebyte: Rebyte;
let client: RebyteClient;
beforeEach(async () => {
  rebyte = await startRebyte();
  client = new RebyteClient({ apiKey: 'rbk_localhost', baseUrl: rebyte.url });
});
afterEach(async () => {
  await client.close();
  await rebyte.close();
});

describe("the App's webhook", () => {
  test('is created once and found from then on', async () => {
    expect(await ensureWebhook(client, WANTED)).toEqual({ kind: 'active', how: 'created' });
    expect(await ensureWebhook(client, WANTED)).toEqual({ kind: 'active', how: 'found' });
    expect(await client.webhooks.list()).toMatchObject([{ url: WANTED.url, hasSecret: true, events: EVENTS }]);
  });

  test('is replaced when it carries another secret, or hears too little', async () => {
    await ensureWebhook(client, WANTED);
    expect(await ensureWebhook(client, { ...WANTED, secret: 'second' })).toMatchObject({ how: 'replaced' });
    const other = { url: 'http://127.0.0.1:9/other', secret: 'first' };
    await client.webhooks.create({ ...other, events: ['task.failed'] });
    expect(await ensureWebhook(client, other)).toMatchObject({ how: 'replaced' });
    expect(await client.webhooks.list()).toHaveLength(2);
  });

  test('that Rebyte switched off after failures is replaced by one that is on', async () => {
    await ensureWebhook(client, WANTED);
    const [before] = await client.webhooks.list();
    const seen = await switchedOff();
    expect(await ensureWebhook(seen.client, WANTED)).toMatchObject({ how: 'replaced' });
    await seen.close();
    const after = await client.webhooks.list();
    expect(after).toMatchObject([{ url: WANTED.url, isActive: true }]);
    expect(after[0]?.id).not.toBe(before?.id);
  });

  test('that cannot be had, because there are three others, is explained', async () => {
    for (const name of ['a', 'b', 'c'])
      await client.webhooks.create({ url: `http://127.0.0.1:9/${name}`, events: [...EVENTS] });
    const state = await ensureWebhook(client, WANTED);
    expect(state).toMatchObject({ kind: 'limit_exceeded', message: expect.stringContaining('Delete one on Rebyte') });
  });

  test('does not stop anything when Rebyte refuses the key', async () => {
    const stranger = new RebyteClient({ apiKey: 'rbk_unknown', baseUrl: rebyte.url });
    const state = await ensureWebhook(stranger, WANTED);
    expect(state).toMatchObject({ kind: 'failed', message: expect.stringContaining('invalid_api_key') });
    await stranger.close();
  });
});

/** The same Rebyte, whose webhooks are shown as switched off: ten failed deliveries would take seconds. */
async function switchedOff() {
  const server = createServer((request, response) => {
    void (async () => {
      const body: Buffer[] = [];
      for await (const chunk of request) body.push(chunk);
      const answer = await fetch(`${rebyte.origin}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        headers: { API_KEY: 'rbk_localhost', 'content-type': 'application/json' },
        ...(body.length > 0 && { body: Buffer.concat(body) }),
      });
      const text = (await answer.text()).replaceAll('"isActive":true', '"isActive":false');
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text || undefined);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const seeing = new RebyteClient({ apiKey: 'rbk_localhost', baseUrl: `http://127.0.0.1:${port}/v1` });
  return {
    client: seeing,
    close: async () => {
      await seeing.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
