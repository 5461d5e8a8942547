import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createProbot } from '../../../app/github/create-probot.ts';
import { missedDeliveriesOf } from '../../../app/github/missed-deliveries.ts';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import type { MissedDeliveriesPort } from '../../../shared/ports/missed-deliveries.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { realClock } from '../../support/real-clock.ts';
import { startReceiver, type Receiver } from '../../emulator/github/receiver.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const LIST = '/app/hook/deliveries';

let github: EmulatedGitHub;
let receiver: Receiver;
let port: MissedDeliveriesPort;
let log: ReturnType<typeof keepingLog>;

beforeEach(async () => {
  receiver = await startReceiver();
  const hook = { webhookUrl: receiver.url, webhookSecret: 'shh', events: ['issue_comment'], privateKey };
  github = await startGitHub({
    checkAnswers: true,
    seed: { apps: [{ slug: 'rebyte', permissions: {}, ...hook, installations: [] }] },
  });
  const settings = {
    appId: github.app('rebyte').id,
    privateKey,
    webhookSecret: 'shh',
    githubApiUrl: github.apiUrl,
  };
  const probot = await createProbot({ settings, log: pino({ enabled: false }), onCall: () => undefined });
  log = keepingLog();
  port = missedDeliveriesOf(probot, { clock: realClock, log });
});
afterEach(async () => {
  const { ownFaults, violations } = github;
  await github.close();
  await receiver.close();
  expect([ownFaults, violations]).toEqual([[], []]);
});

async function deliver(event: string, action?: string): Promise<void> {
  await github.deliver('rebyte', { event, payload: action === undefined ? {} : { action } });
}

test('attempts are read newest first, with what they came to and whether they matter', async () => {
  receiver.statuses.push(503);
  await deliver('issue_comment', 'created');
  await deliver('issue_comment', 'edited');
  await deliver('push');
  const { attempts, next } = await port.page();
  expect(attempts).toMatchObject([
    { event: 'push', statusCode: 200, matters: false },
    { event: 'issue_comment.edited', matters: false },
    { event: 'issue_comment.created', statusCode: 503, matters: true },
  ]);
  expect(next).toBeUndefined();
  expect(attempts.map(({ at }) => at)).toEqual(
    github
      .deliveries('rebyte')
      .toReversed()
      .map(({ deliveredAt }) => Date.parse(deliveredAt)),
  );
});

test('a long list is read by its cursor', async () => {
  for (let index = 0; index < 101; index += 1) await deliver('push');
  const first = await port.page();
  const second = await port.page(first.next);
  expect([first.attempts.length, second.attempts.length, second.next]).toEqual([100, 1, undefined]);
});

test('a redelivery comes under the same guid, once, also when the answer to the request got lost', async () => {
  receiver.statuses.push(500);
  await deliver('issue_comment', 'created');
  const [failed] = (await port.page()).attempts;
  github.fail({ method: 'POST', path: `${LIST}/${failed?.id}/attempts`, reset: 'after' });
  await port.redeliver(failed?.id ?? 0);
  await github.delivered();
  const { attempts } = await port.page();
  expect(attempts).toMatchObject([
    { guid: failed?.guid, statusCode: 200 },
    { guid: failed?.guid, statusCode: 500 },
  ]);
});

test('one that is gone is refused', async () => {
  await expect(port.redeliver(7)).rejects.toMatchObject({ name: 'ForgeError', status: 404 });
});

test('a rate limit is waited out', async () => {
  github.fail({ method: 'GET', path: LIST, status: 429, headers: { 'retry-after': '0' } });
  expect((await port.page()).attempts).toEqual([]);
});

test('an id that JSON rounds is told and left out, and keeps no other from being seen', async () => {
  await deliver('issue_comment', 'created');
  const [known] = (await port.page()).attempts;
  const row = { guid: 'g', delivered_at: '2026-01-01T00:00:00Z', status_code: 500, event: 'issues', action: 'opened' };
  const body = [
    { ...row, id: 2 ** 60 },
    { ...row, id: known?.id },
  ];
  github.fail({ method: 'GET', path: LIST, status: 200, body });
  expect((await port.page()).attempts).toMatchObject([{ id: known?.id, event: 'issues.opened', matters: true }]);
  expect(log.lines).toEqual([expect.stringMatching(/^warning: 1 deliveries/)]);
});
