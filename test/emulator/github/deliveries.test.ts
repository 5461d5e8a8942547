import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { appToken } from './app-token.ts';
import { caller } from './client.ts';
import { startReceiver, type Receiver } from './receiver.ts';

const COMMENTS = '/repos/acme/shop/issues/1/comments';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// One for all tests: making one takes longer than most of them.
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

let github: EmulatedGitHub;
let receiver: Receiver;
let acme: ReturnType<typeof caller>;

beforeEach(async () => {
  receiver = await startReceiver();
  const hook = { webhookUrl: receiver.url, webhookSecret: 'shh', events: ['issue_comment'], privateKey };
  const installations = [{ owner: 'acme' }];
  github = await startGitHub({
    checkAnswers: true,
    seed: {
      repos: [{ owner: 'acme', name: 'shop', issues: [{ title: 'It breaks' }] }],
      apps: [
        { slug: 'rebyte', id: 4711, permissions: { issues: 'write' }, ...hook, installations },
        { slug: 'deaf', permissions: {}, ...hook, events: ['push'], installations },
      ],
    },
  });
  acme = caller(github.apiUrl, github.tokenFor('acme'));
});
afterEach(async () => {
  const { ownFaults, violations } = github;
  await github.close();
  await receiver.close();
  expect([ownFaults, violations]).toEqual([[], []]);
});

function asApp(): ReturnType<typeof caller> {
  return caller(github.apiUrl, appToken(github, 'rebyte'));
}

async function comment(body: string): Promise<void> {
  await acme('POST', COMMENTS, { body });
  await github.delivered();
}

describe('a delivery', () => {
  test('is signed over its bytes and names its app, hook and event', async () => {
    await comment('hällo');
    const [{ headers, raw } = { headers: {}, raw: '' }, ...others] = receiver.received;
    expect(others).toEqual([]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
      'x-github-event': 'issue_comment',
      'x-github-delivery': expect.stringMatching(GUID),
      'x-github-hook-id': expect.stringMatching(/^\d+$/),
      'x-github-hook-installation-target-id': '4711',
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': `sha256=${createHmac('sha256', 'shh').update(raw).digest('hex')}`,
    });
  });

  test('comes after the one before it', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => acme('POST', COMMENTS, { body: String(index) })));
    await github.delivered();
    const ids = receiver.received.map(({ payload }) => payload.comment.id);
    expect(ids).toHaveLength(20);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  test('waits for no URL: what happens before there is one is not sent', async () => {
    github.setWebhookUrl('rebyte', undefined);
    await comment('early');
    github.setWebhookUrl('rebyte', receiver.url);
    await comment('late');
    expect(receiver.received.map(({ payload }) => payload.comment.body)).toEqual(['late']);
  });

  test('that is refused or cannot be made is kept as failed, and not tried again', async () => {
    receiver.statuses.push(503);
    await comment('refused');
    github.setWebhookUrl('rebyte', 'http://127.0.0.1:9/');
    await comment('lost');
    expect(receiver.received).toHaveLength(1);
    expect(github.deliveries('rebyte').map(({ status, statusCode }) => [status, statusCode])).toEqual([
      ['Invalid HTTP Response: 503', 503],
      ['failed to connect to host', 502],
    ]);
  });

  test('of one’s own making is signed like the others', async () => {
    const guid = '00000000-0000-4000-8000-000000000000';
    const delivery = await github.deliver('rebyte', { event: 'ping', payload: { zen: 'Keep it.' }, guid });
    expect(delivery).toMatchObject({ status: 'OK', response: 'taken', guid });
    expect(receiver.received).toMatchObject([{ payload: { zen: 'Keep it.' }, headers: { 'x-github-delivery': guid } }]);
  });

  test('cannot be sent to nobody', async () => {
    expect(() => github.deliver('stranger', { event: 'ping', payload: {} })).toThrow('No app stranger was seeded');
    github.setWebhookUrl('rebyte', undefined);
    await expect(github.deliver('rebyte', { event: 'ping', payload: {} })).rejects.toThrow('no webhook URL');
  });
});

describe('the list of deliveries', () => {
  test('is newest first, page by page, and says what failed', async () => {
    receiver.statuses.push(200, 500);
    for (const body of ['one', 'two', 'three']) await comment(body);
    const { json, headers } = await asApp()('GET', '/app/hook/deliveries?per_page=2');
    expect(json).toMatchObject([
      { status: 'OK', event: 'issue_comment', action: 'created', redelivery: false },
      { status: 'Invalid HTTP Response: 500', status_code: 500 },
    ]);
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? '';
    const rest = await asApp()('GET', next);
    expect([rest.json.length, rest.headers.get('link')]).toEqual([1, null]);
  });

  test('shows one with what was said on both sides', async () => {
    await comment('hello');
    const [item] = (await asApp()('GET', '/app/hook/deliveries')).json;
    const { json } = await asApp()('GET', `/app/hook/deliveries/${item.id}`);
    expect(json).toMatchObject({
      guid: item.guid,
      request: { payload: { comment: { body: 'hello' } }, headers: { 'x-github-delivery': item.guid } },
      response: { payload: 'taken' },
    });
    expect((await asApp()('GET', '/app/hook/deliveries/1')).status).toBe(404);
  });

  test('is the app’s own', async () => {
    expect((await acme('GET', '/app/hook/deliveries')).status).toBe(401);
  });

  test('has a failed one delivered again, with the GUID it had', async () => {
    receiver.statuses.push(500);
    await comment('hello');
    const [failed] = (await asApp()('GET', '/app/hook/deliveries')).json;
    expect((await asApp()('POST', `/app/hook/deliveries/${failed.id}/attempts`)).status).toBe(202);
    await github.delivered();
    const [again] = (await asApp()('GET', '/app/hook/deliveries')).json;
    expect(again).toMatchObject({ guid: failed.guid, redelivery: true, status: 'OK' });
    expect(again.id).not.toBe(failed.id);
    const [first, second] = receiver.received;
    expect(second?.raw).toBe(first?.raw);
    expect(await github.redeliver('rebyte', failed.id)).toMatchObject({ guid: failed.guid });
  });
});

test('an app reads where its events go, and moves them', async () => {
  expect((await asApp()('GET', '/app/hook/config')).json).toMatchObject({ url: receiver.url, secret: '********' });
  await asApp()('PATCH', '/app/hook/config', { url: `${receiver.url}/new`, secret: 'other' });
  await comment('hello');
  const [{ headers, raw } = { headers: {}, raw: '' }] = receiver.received;
  expect(headers).toMatchObject({
    'x-hub-signature-256': `sha256=${createHmac('sha256', 'other').update(raw).digest('hex')}`,
  });
});
