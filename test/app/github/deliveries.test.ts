import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { githubDeliveries } from '../../../app/github/deliveries.ts';
import { createIntake } from '../../../app/github/intake.ts';
import { listen, type HttpServer } from '../../../app/http/http-server.ts';
import { StorageUnavailable } from '../../../app/sql/storage-error.ts';
import type { Job, JobOptions } from '../../../shared/ports/jobs.ts';
import { keepingLog } from '../../support/keeping-log.ts';

const SELF = 'rebyte[bot]';
const NOW = 1_700_000_000_000;
const DAY_MS = 24 * 3_600_000;

let jobs: { readonly job: Job; readonly options: JobOptions }[];
let refusal: Error | undefined;
let outcomes: string[];
let written: string[];
let changes: number;
let refused: number;
let log: string[];
let server: HttpServer;

beforeEach(async () => {
  jobs = [];
  refusal = undefined;
  outcomes = [];
  written = [];
  changes = 0;
  refused = 0;
  log = [];
  const known = new Set<string>();
  const add = (job: Job, options: JobOptions) => {
    if (refusal !== undefined) return Promise.reject(refusal);
    const { once } = options;
    if (once !== undefined && known.has(once.id)) return Promise.resolve(false);
    if (once !== undefined) known.add(once.id);
    return Promise.resolve(jobs.push({ job, options }) > 0);
  };
  const take = createIntake({
    store: { write: (key) => Promise.resolve(void written.push(key)) },
    jobs: { add },
    clock: { now: () => NOW, steady: () => NOW, sleep: () => Promise.resolve() },
    log: keepingLog(log),
    self: SELF,
    onDelivery: (event, outcome) => void outcomes.push(`${event} ${outcome}`),
    onInstallationsChanged: () => void (changes += 1),
  });
  const route = githubDeliveries({
    secrets: ['the new one', 'the old one'],
    take,
    onRefused: () => void (refused += 1),
  });
  server = await listen({ host: '127.0.0.1', port: 0, routes: new Map([['/hook', route]]), log: keepingLog(log) });
});
afterEach(async () => {
  await server.close();
});

interface Sent {
  readonly event?: string;
  readonly id?: string;
  readonly secret?: string;
}

async function deliver(payload: object, { event = 'issue_comment', id = 'one', secret = 'the new one' }: Sent = {}) {
  const body = JSON.stringify(payload);
  return await fetch(`${server.url}/hook`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
}

const PLACE = {
  installation: { id: 1 },
  repository: { name: 'api', owner: { login: 'acme' }, default_branch: 'main' },
};

function comment(body: string, login = 'ada') {
  const user = { login, type: 'User' };
  const shown = { id: 5, node_id: 'IC_5', body, html_url: 'https://github.example/acme/api/issues/7#5', user };
  return { action: 'created', ...PLACE, comment: shown, issue: { number: 7 } };
}

describe("a delivery of GitHub's", () => {
  test('that holds a command is one job, remembered for longer than GitHub can send it again', async () => {
    expect((await deliver(comment('/rebyte look'))).status).toBe(202);
    expect(jobs).toEqual([
      {
        job: { kind: 'trigger', trigger: expect.objectContaining({ text: '/rebyte look', deliveryId: 'one' }) },
        options: { lane: expect.any(String), once: { id: 'delivery:one', expiresAt: expect.any(Number) } },
      },
    ]);
    expect(jobs[0]?.options.once?.expiresAt).toBeGreaterThan(NOW + 3 * DAY_MS);
    expect(outcomes).toEqual(['issue_comment.created taken']);
  });

  test('that comes again is no second job', async () => {
    await deliver(comment('/rebyte look'));
    expect((await deliver(comment('/rebyte look'))).status).toBe(202);
    expect(jobs).toHaveLength(1);
    expect(outcomes).toEqual(['issue_comment.created taken', 'issue_comment.created repeated']);
  });

  test.each([
    ['holds no command', comment('Thank you.')],
    ['only speaks of one', comment('Try `/rebyte look`.')],
    ['we wrote ourselves', comment('/rebyte look', 'Rebyte[bot]')],
  ])('that %s costs no job', async (_, payload) => {
    expect((await deliver(payload)).status).toBe(202);
    expect(jobs).toEqual([]);
    expect(outcomes).toEqual(['issue_comment.created ignored']);
  });

  test.each([
    ['an edited comment', 'issue_comment', { ...comment('/rebyte look'), action: 'edited' }],
    ['an event that nobody asked for', 'star', { action: 'created' }],
    ['an action that is none', 'issue_comment', { action: { created: 1 } }],
    ['nothing', 'issue_comment', []],
  ])('about %s is taken and not looked at', async (_, event, payload) => {
    expect((await deliver(payload, { event })).status).toBe(202);
    expect([jobs, outcomes]).toEqual([[], []]);
  });

  test('about a push that touches the configuration has the schedules read anew', async () => {
    const push = { ...PLACE, ref: 'refs/heads/main', commits: [{ modified: ['.github/rebyte.yml'] }] };
    await deliver(push, { event: 'push' });
    await deliver({ ...push, ref: 'refs/heads/other' }, { event: 'push' });
    expect(written).toEqual([expect.stringContaining('acme/api')]);
    expect(outcomes).toEqual(['push taken', 'push ignored']);
  });

  test.each(['installation', 'installation_repositories'])('about an %s has the list asked for anew', async (event) => {
    await deliver({ action: 'whatever' }, { event });
    expect([changes, outcomes]).toEqual([1, [`${event} taken`]]);
  });

  test('is genuine with the new secret and with the old one', async () => {
    expect((await deliver(comment('Thanks.'), { secret: 'the old one' })).status).toBe(202);
    expect((await deliver(comment('Thanks.'), { secret: 'a third' })).status).toBe(401);
    expect(refused).toBe(1);
  });

  test('that cannot be recorded is refused for a while, and taken as new when it comes again', async () => {
    refusal = new StorageUnavailable('disk full: /data/app.db');
    const response = await deliver(comment('/rebyte look'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await response.json()).toEqual({ error: expect.stringContaining('Send it again later.') });
    expect(log).toEqual([expect.stringMatching(/^error: POST \/hook failed: disk full/)]);
    refusal = undefined;
    expect((await deliver(comment('/rebyte look'))).status).toBe(202);
    expect(outcomes).toEqual(['issue_comment.created failed', 'issue_comment.created taken']);
  });

  test('that meets a fault of ours is answered as one', async () => {
    refusal = new Error('a defect');
    const response = await deliver(comment('/rebyte look'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([500, null]);
    expect(outcomes).toEqual(['issue_comment.created failed']);
  });
});
