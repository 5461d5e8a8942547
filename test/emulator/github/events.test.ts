import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { caller } from './client.ts';
import { startReceiver, type Receiver } from './receiver.ts';

const REPO = '/repos/acme/shop';
const HEAD = 'a'.repeat(40);
const EVENTS = [
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository',
];

let github: EmulatedGitHub;
let receiver: Receiver;
let wendy: ReturnType<typeof caller>;

beforeAll(async () => {
  receiver = await startReceiver();
  const pull = {
    title: 'Repair it',
    author: 'wendy',
    number: 2,
    head: { ref: 'repair', sha: HEAD },
    base: { ref: 'main', sha: 'b'.repeat(40) },
    files: [{ filename: 'a.ts', status: 'modified', additions: 1, deletions: 0, patch: '@@ -1 +1,2 @@' }],
  } as const;
  const repo = { owner: 'acme', name: 'shop', collaborators: { wendy: 'write' }, files: { 'a.ts': 'one\n' } } as const;
  github = await startGitHub({
    checkAnswers: true,
    seed: {
      orgs: [{ login: 'acme', members: { boss: 'admin' } }],
      repos: [
        { ...repo, issues: [{ title: 'It breaks', number: 1 }], pulls: [pull] },
        { owner: 'acme', name: 'short-lived' },
        { owner: 'elsewhere', name: 'other', collaborators: { wendy: 'write' }, issues: [{ title: 'x' }] },
      ],
      apps: [
        {
          slug: 'rebyte',
          permissions: { issues: 'write' },
          events: EVENTS,
          webhookUrl: receiver.url,
          webhookSecret: 'shh',
          installations: [{ owner: 'acme' }],
        },
      ],
    },
  });
  wendy = caller(github.apiUrl, github.tokenFor('wendy'));
});
afterAll(async () => {
  await github.close();
  await receiver.close();
});
beforeEach(() => void receiver.received.splice(0));
afterEach(() => {
  // Every payload was checked with GitHub's own schema for it.
  expect(github.ownFaults).toEqual([]);
  expect(github.violations).toEqual([]);
});

/** Event and action of all that came, e.g. `issues.opened`, with the last payload. */
async function arrived() {
  await github.delivered();
  const names = receiver.received.map(({ headers, payload }) =>
    [headers['x-github-event'], payload.action].filter(Boolean).join('.'),
  );
  return { names, payload: receiver.received.at(-1)?.payload };
}

describe('a comment', () => {
  test('by a person is an event that says who, where and for which installation', async () => {
    await wendy('POST', `${REPO}/issues/1/comments`, { body: '/rebyte help' });
    const { names, payload } = await arrived();
    expect(names).toEqual(['issue_comment.created']);
    expect(payload).toMatchObject({
      comment: { body: '/rebyte help', user: { login: 'wendy', type: 'User' }, node_id: expect.any(String) },
      issue: { number: 1, title: 'It breaks' },
      repository: { full_name: 'acme/shop', default_branch: 'main' },
      organization: { login: 'acme' },
      sender: { login: 'wendy' },
      installation: { id: expect.any(Number) },
    });
    expect(payload.issue).not.toHaveProperty('pull_request');
  });

  test('on a pull request carries the links by which an app can tell', async () => {
    await wendy('POST', `${REPO}/issues/2/comments`, { body: 'hello' });
    const { payload } = await arrived();
    expect(payload.issue.pull_request.url).toBe(`${github.apiUrl}${REPO}/pulls/2`);
  });

  test('that is edited and deleted says what it was', async () => {
    const { json } = await wendy('POST', `${REPO}/issues/1/comments`, { body: 'before' });
    await wendy('PATCH', `${REPO}/issues/comments/${json.id}`, { body: 'after' });
    expect((await arrived()).payload).toMatchObject({
      changes: { body: { from: 'before' } },
      comment: { body: 'after' },
    });
    await wendy('DELETE', `${REPO}/issues/comments/${json.id}`);
    expect((await arrived()).names).toEqual(['issue_comment.created', 'issue_comment.edited', 'issue_comment.deleted']);
  });

  test('by the app itself comes back to it as its own', async () => {
    const permissions = { issues: 'write' } as const;
    const bot = caller(github.apiUrl, github.actionsToken({ owner: 'acme', repo: 'shop', permissions }));
    await bot('POST', `${REPO}/issues/1/comments`, { body: 'beep' });
    expect((await arrived()).payload.sender).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
  });

  test('where the app is not installed is none of its business', async () => {
    await wendy('POST', '/repos/elsewhere/other/issues/1/comments', { body: 'hello' });
    expect((await arrived()).names).toEqual([]);
  });
});

describe('an issue', () => {
  test('is opened, labeled, edited, closed and reopened', async () => {
    const { json } = await wendy('POST', `${REPO}/issues`, { title: 'New', body: '/rebyte fix', labels: ['bug'] });
    const issue = `${REPO}/issues/${json.number}`;
    await wendy('POST', `${issue}/labels`, { labels: ['rebyte', 'bug'] });
    expect((await arrived()).payload).toMatchObject({ label: { name: 'rebyte' }, issue: { body: '/rebyte fix' } });
    await wendy('DELETE', `${issue}/labels/bug`);
    await wendy('PATCH', issue, { title: 'Newer' });
    await wendy('PATCH', issue, { state: 'closed' });
    await wendy('PATCH', issue, { state: 'open' });
    expect((await arrived()).names).toEqual(
      ['opened', 'labeled', 'labeled', 'unlabeled', 'edited', 'closed', 'reopened'].map((action) => `issues.${action}`),
    );
  });
});

describe('a pull request', () => {
  test('is made from a branch, grows with it, and is closed', async () => {
    const { json: main } = await wendy('GET', `${REPO}/git/ref/heads/main`);
    await wendy('POST', `${REPO}/git/refs`, { ref: 'refs/heads/fix', sha: main.object.sha });
    const content = (text: string) => Buffer.from(text).toString('base64');
    const put = { message: 'Fix', branch: 'fix' };
    await wendy('PUT', `${REPO}/contents/b.ts`, { ...put, content: content('two\n') });
    const { status, json: pull } = await wendy('POST', `${REPO}/pulls`, { title: 'Fix', head: 'fix', base: 'main' });
    expect([status, pull.changed_files, pull.head.ref]).toEqual([201, 1, 'fix']);
    await wendy('PUT', `${REPO}/contents/c.ts`, { ...put, content: content('three\n') });
    const { payload } = await arrived();
    expect(payload).toMatchObject({ before: pull.head.sha, number: pull.number, pull_request: { changed_files: 2 } });
    expect(payload.after).toBe(payload.pull_request.head.sha);
    await wendy('POST', `${REPO}/issues/${pull.number}/labels`, { labels: ['rebyte'] });
    await wendy('PATCH', `${REPO}/pulls/${pull.number}`, { state: 'closed' });
    expect((await arrived()).names).toEqual([
      'push',
      'push',
      'pull_request.opened',
      'push',
      'pull_request.synchronize',
      'pull_request.labeled',
      'pull_request.closed',
    ]);
  });

  test('is reviewed with comments on lines', async () => {
    const comments = [{ path: 'a.ts', line: 2, start_line: 1, side: 'RIGHT', body: '/rebyte why?' }];
    await wendy('POST', `${REPO}/pulls/2/reviews`, { event: 'COMMENT', body: 'some thoughts', comments });
    const { names, payload } = await arrived();
    expect(names).toEqual(['pull_request_review.submitted', 'pull_request_review_comment.created']);
    const { review } = receiver.received[0]?.payload ?? {};
    expect(review).toMatchObject({ state: 'commented', body: 'some thoughts', user: { login: 'wendy' } });
    expect(payload).toMatchObject({
      comment: {
        path: 'a.ts',
        line: 2,
        start_line: 1,
        side: 'RIGHT',
        diff_hunk: '@@ -1 +1,2 @@',
        body: '/rebyte why?',
      },
      pull_request: { number: 2, head: { sha: HEAD } },
    });
    expect(payload.comment.pull_request_review_id).toBe(review.id);
  });

  test('gets a wordless review around a comment that comes alone', async () => {
    await wendy('POST', `${REPO}/pulls/2/comments`, { path: 'a.ts', line: 1, commit_id: HEAD, body: 'typo' });
    const { names } = await arrived();
    expect(names).toEqual(['pull_request_review.submitted', 'pull_request_review_comment.created']);
    expect(receiver.received[0]?.payload.review.body).toBeNull();
  });
});

test('a push to a branch says which files came and changed', async () => {
  const { json } = await wendy('GET', `${REPO}/contents/a.ts`);
  const content = Buffer.from('other\n').toString('base64');
  await wendy('PUT', `${REPO}/contents/.github/rebyte.yml`, { message: 'Configure', content });
  expect((await arrived()).payload).toMatchObject({
    ref: 'refs/heads/main',
    commits: [{ message: 'Configure', added: ['.github/rebyte.yml'], modified: [] }],
    pusher: { name: 'wendy' },
    created: false,
  });
  await wendy('PUT', `${REPO}/contents/a.ts`, { message: 'Change', content, sha: json.sha });
  const { payload } = await arrived();
  expect(payload).toMatchObject({ head_commit: { id: payload.after, modified: ['a.ts'], added: [] } });
});

test('a deleted repository is told and gone', async () => {
  const boss = caller(github.apiUrl, github.tokenFor('boss'));
  expect((await boss('DELETE', '/repos/acme/short-lived')).status).toBe(204);
  expect((await boss('GET', '/repos/acme/short-lived')).status).toBe(404);
  const { names, payload } = await arrived();
  expect([names, payload.repository.name]).toEqual([['repository.deleted'], 'short-lived']);
});

test('an installation is told to its app, with its repositories', async () => {
  const { id } = github.install('rebyte', { owner: 'elsewhere' });
  expect((await arrived()).payload).toMatchObject({
    action: 'created',
    installation: { id, account: { login: 'elsewhere' }, permissions: { issues: 'write' } },
    repositories: [{ full_name: 'elsewhere/other' }],
  });
  await wendy('POST', '/repos/elsewhere/other/issues/1/comments', { body: 'hello' });
  github.uninstall('rebyte', 'elsewhere');
  await wendy('POST', '/repos/elsewhere/other/issues/1/comments', { body: 'hello?' });
  const { names } = await arrived();
  expect(names).toEqual(['installation.created', 'issue_comment.created', 'installation.deleted']);
});
