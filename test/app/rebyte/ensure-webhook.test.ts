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
