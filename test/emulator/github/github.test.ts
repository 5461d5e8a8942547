import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub, type Seed } from '../../../emulator/github/index.ts';
import { caller } from './client.ts';

const SHA = 'a'.repeat(40);
const REPO = '/repos/acme/shop';

const SEED: Seed = {
  users: ['stranger'],
  orgs: [{ login: 'acme', members: { olga: 'admin', mona: 'member' } }],
  repos: [
    {
      owner: 'acme',
      name: 'shop',
      files: { '.github/rebyte.yml': 'executor: claude\n' },
      collaborators: { wendy: 'write', tristan: 'triage' },
      issues: [{ title: 'It breaks', author: 'stranger' }],
      pulls: [
        {
          title: 'Repair it',
          author: 'wendy',
          head: { ref: 'repair', sha: SHA },
          base: { ref: 'main', sha: 'b'.repeat(40) },
          files: [{ filename: 'a.ts', status: 'modified', additions: 2, deletions: 1, patch: '@@ -1 +1,2 @@' }],
        },
      ],
    },
    { owner: 'acme', name: 'vault', private: true, issues: [{ title: 'Secret' }] },
  ],
};

let github: EmulatedGitHub;
const as = (login: string) => caller(github.apiUrl, github.tokenFor(login));
const asActions = (permissions: Record<string, 'read' | 'write'>, repo = 'shop') =>
  caller(github.apiUrl, github.actionsToken({ owner: 'acme', repo, permissions }));

beforeEach(async () => {
  github = await startGitHub({ seed: SEED, checkAnswers: true });
});
afterEach(async () => {
  await github.close();
  expect(github.ownFaults).toEqual([]);
});

describe('who is calling', () => {
  test('an unknown token is refused with 401, no token may read what is public', async () => {
    const unknown = await caller(github.apiUrl, 'ghp_nonsense')('GET', REPO);
    expect(unknown).toMatchObject({ status: 401, json: { message: 'Bad credentials' } });
    expect((await caller(github.apiUrl)('GET', REPO)).status).toBe(200);
    const write = await caller(github.apiUrl)('POST', `${REPO}/issues/1/comments`, { body: 'hi' });
    expect(write.status).toBe(401);
  });

  test('a personal token is its person', async () => {
    expect((await as('wendy')('GET', '/user')).json).toMatchObject({ login: 'wendy', type: 'User' });
  });

  test('a GITHUB_TOKEN has no user over REST but is a bot over GraphQL', async () => {
    const actions = asActions({ issues: 'write' });
    const rest = await actions('GET', '/user');
    expect(rest).toMatchObject({ status: 403, json: { message: 'Resource not accessible by integration' } });
    const graphql = await actions('POST', github.graphqlUrl, { query: '{ viewer { login } }' });
    expect(graphql.json).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } });
    expect(github.violations).toEqual(['GET /user: not enabled for GitHub Apps']);
  });

  test('a private repository does not exist for a stranger, and does for those inside', async () => {
    expect((await as('stranger')('GET', '/repos/acme/vault')).status).toBe(404);
    expect((await as('olga')('GET', '/repos/acme/vault')).status).toBe(200);
    expect((await asActions({ issues: 'write' }, 'vault')('GET', '/repos/acme/vault/issues/1')).status).toBe(200);
    expect((await asActions({ issues: 'write' })('GET', '/repos/acme/vault/issues/1')).status).toBe(404);
  });

  test.each([
    ['olga', 'admin', 'admin'],
    ['wendy', 'write', 'write'],
    ['tristan', 'read', 'triage'],
    ['mona', 'read', 'read'],
    ['stranger', 'read', 'read'],
  ])('%s has permission %s (role %s)', async (login, permission, role) => {
    const answer = await asActions({})('GET', `${REPO}/collaborators/${login}/permission`);
    expect(answer.json).toMatchObject({ permission, role_name: role, user: { login } });
  });
});

describe('threads', () => {
  test('a pull request is an issue that says so', async () => {
    const wendy = as('wendy');
    expect((await wendy('GET', `${REPO}/issues/1`)).json.pull_request).toBeUndefined();
    const pull = await wendy('GET', `${REPO}/issues/2`);
    expect(pull.json).toMatchObject({ number: 2, pull_request: { url: `${github.apiUrl}${REPO}/pulls/2` } });
    const listed = await wendy('GET', `${REPO}/issues`);
    expect(listed.json.map((issue: { number: number }) => issue.number)).toEqual([2, 1]);
    expect(github.violations).toEqual([]);
  });

  test('a pull request tells its two sides and its files', async () => {
    const pull = await as('wendy')('GET', `${REPO}/pulls/2`);
    expect(pull.json).toMatchObject({
      head: { ref: 'repair', sha: SHA, repo: { full_name: 'acme/shop' } },
      base: { ref: 'main' },
      changed_files: 1,
    });
    expect((await as('wendy')('GET', `${REPO}/pulls/2/files`)).json[0]).toMatchObject({ filename: 'a.ts', changes: 3 });
    expect((await as('wendy')('GET', `${REPO}/pulls?head=acme:repair`)).json).toHaveLength(1);
    expect((await as('wendy')('GET', `${REPO}/pulls/1`)).status).toBe(404);
  });

  test('an issue is created, found by its label, changed and closed', async () => {
    const actions = asActions({ issues: 'write' });
    const created = await actions('POST', `${REPO}/issues`, { title: 'Nightly', body: 'one', labels: ['rebyte'] });
    expect(created).toMatchObject({
      status: 201,
      json: { number: 3, user: { login: 'github-actions[bot]', type: 'Bot' } },
    });
    const found = await actions('GET', `${REPO}/issues?labels=rebyte&state=open`);
    expect(found.json.map((issue: { title: string }) => issue.title)).toEqual(['Nightly']);
    const closed = await actions('PATCH', `${REPO}/issues/3`, { body: 'two', state: 'closed' });
    expect(closed.json).toMatchObject({ body: 'two', state: 'closed', state_reason: 'completed' });
    expect((await actions('GET', `${REPO}/issues?labels=rebyte`)).json).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  test('labels of who may not label are dropped in silence', async () => {
    const created = await as('stranger')('POST', `${REPO}/issues`, { title: 'Please', labels: ['urgent'] });
    expect(created).toMatchObject({ status: 201, json: { labels: [] } });
  });
});

describe('comments', () => {
  test('a comment is written, changed, read and deleted by the token that wrote it', async () => {
    const actions = asActions({ pull_requests: 'write' });
    const created = await actions('POST', `${REPO}/issues/2/comments`, { body: 'first' });
    expect(created).toMatchObject({ status: 201, json: { body: 'first', user: { login: 'github-actions[bot]' } } });
    const path = `${REPO}/issues/comments/${created.json.id}`;
    expect((await actions('PATCH', path, { body: 'second' })).json.body).toBe('second');
    expect((await actions('GET', path)).json.body).toBe('second');
    expect((await actions('DELETE', path)).status).toBe(204);
    expect((await actions('GET', path)).status).toBe(404);
    expect(github.violations).toEqual([]);
  });

  test('pages are of 30, at most 100, and linked', async () => {
    const wendy = as('wendy');
    for (let index = 1; index <= 102; index += 1)
      await wendy('POST', `${REPO}/issues/1/comments`, { body: `c${index}` });
    const first = await wendy('GET', `${REPO}/issues/1/comments`);
    expect(first.json).toHaveLength(30);
    expect(first.headers.get('link')).toMatch(/page=2>; rel="next", <.*page=4>; rel="last"/);
    const large = await wendy('GET', `${REPO}/issues/1/comments?per_page=1000`);
    expect(large.json).toHaveLength(100);
    const next = /<([^>]+)>; rel="next"/.exec(large.headers.get('link') ?? '')?.[1] ?? '';
    const last = await wendy('GET', next);
    expect(last.json.map((comment: { body: string }) => comment.body)).toEqual(['c101', 'c102']);
    expect(last.headers.get('link')).not.toMatch(/rel="next"/);
  });

  test('a body beyond 65,536 characters is refused with 422 and is a violation', async () => {
    const wendy = as('wendy');
    expect((await wendy('POST', `${REPO}/issues/1/comments`, { body: '😀'.repeat(65_536) })).status).toBe(201);
    expect(github.violations).toEqual([]);
    const long = await wendy('POST', `${REPO}/issues/1/comments`, { body: 'x'.repeat(65_537) });
    expect(long).toMatchObject({ status: 422, json: { message: expect.stringContaining('body is too long') } });
    expect(github.violations).toHaveLength(1);
  });

  test('a missing permission is named in a header', async () => {
    const answer = await asActions({ contents: 'read' })('POST', `${REPO}/issues/2/comments`, { body: 'x' });
    expect(answer).toMatchObject({ status: 403, json: { message: 'Resource not accessible by integration' } });
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write');
    expect(
      (await asActions({ pull_requests: 'write' })('POST', `${REPO}/issues/1/comments`, { body: 'x' })).status,
    ).toBe(403);
    expect((await asActions({ issues: 'read' })('POST', `${REPO}/issues/1/comments`, { body: 'x' })).status).toBe(403);
  });

  test("another's comment is changed only by who may write in the repository", async () => {
    const { json } = await as('stranger')('POST', `${REPO}/issues/1/comments`, { body: 'mine' });
    const path = `${REPO}/issues/comments/${json.id}`;
    expect((await as('tristan')('PATCH', path, { body: 'not yours' })).status).toBe(403);
    expect((await as('wendy')('PATCH', path, { body: 'moderated' })).status).toBe(200);
  });

  test('a reaction is made once, by each', async () => {
    const { json } = await as('stranger')('POST', `${REPO}/issues/1/comments`, { body: 'hello' });
    const path = `${REPO}/issues/comments/${json.id}/reactions`;
    const first = await as('wendy')('POST', path, { content: 'eyes' });
    const again = await as('wendy')('POST', path, { content: 'eyes' });
    expect([first.status, again.status, again.json.id]).toEqual([201, 200, first.json.id]);
    expect((await as('olga')('POST', path, { content: 'eyes' })).status).toBe(201);
    expect((await as('wendy')('POST', path, { content: 'thumbsup' })).status).toBe(422);
    expect((await as('wendy')('DELETE', `${path}/${first.json.id}`)).status).toBe(204);
    expect((await as('wendy')('GET', path)).json).toHaveLength(1);
  });
});

describe('checks and files', () => {
  test('a check run is created, completed and found by its commit', async () => {
    const actions = asActions({ checks: 'write' });
    const created = await actions('POST', `${REPO}/check-runs`, {
      name: 'rebyte',
      head_sha: SHA,
      status: 'in_progress',
    });
    expect(created).toMatchObject({ status: 201, json: { status: 'in_progress', conclusion: null } });
    const output = { title: 'Done', summary: 'All well' };
    const path = `${REPO}/check-runs/${created.json.id}`;
    const done = await actions('PATCH', path, { status: 'completed', conclusion: 'success', output });
    expect(done.json).toMatchObject({ status: 'completed', conclusion: 'success', name: 'rebyte', output });
    expect((await actions('GET', `${REPO}/commits/${SHA}/check-runs`)).json.total_count).toBe(1);
    expect(github.violations).toEqual([]);
  });

  test.each([
    ['completed without a conclusion', { status: 'completed' }],
    ['output without a summary', { output: { title: 't' } }],
    ['a summary that is too long', { output: { title: 't', summary: 's'.repeat(65_536) } }],
    ['an unknown conclusion', { conclusion: 'fine' }],
  ])('%s is refused', async (_, fields) => {
    const body = { name: 'rebyte', head_sha: SHA, ...fields };
    expect((await asActions({ checks: 'write' })('POST', `${REPO}/check-runs`, body)).status).toBe(422);
    expect(github.violations).not.toEqual([]);
  });

  test("a person's token cannot write a check run", async () => {
    const answer = await as('olga')('POST', `${REPO}/check-runs`, { name: 'rebyte', head_sha: SHA });
    expect(answer).toMatchObject({ status: 403, json: { message: 'You must authenticate via a GitHub App.' } });
  });

  test('a file comes as JSON, or raw when asked for', async () => {
    const path = `${REPO}/contents/.github/rebyte.yml`;
    const actions = asActions({ contents: 'read' });
    const { json } = await actions('GET', path);
    expect(Buffer.from(json.content, 'base64').toString()).toBe('executor: claude\n');
    const raw = await actions('GET', path, undefined, { accept: 'application/vnd.github.raw+json' });
    expect(raw.json).toBe('executor: claude\n');
    expect(raw.headers.get('content-type')).toBe('application/vnd.github.raw+json; charset=utf-8');
    expect((await actions('GET', `${REPO}/contents/nothing`)).status).toBe(404);
  });
});

describe('what a test sees and does', () => {
  test('calls are recorded with what was said and answered', async () => {
    await asActions({ issues: 'write' })('POST', `${REPO}/issues/1/comments?x=1`, { body: 'hi' });
    expect(github.calls).toHaveLength(1);
    expect(github.calls[0]).toMatchObject({
      method: 'POST',
      path: `${REPO}/issues/1/comments`,
      query: 'x=1',
      body: { body: 'hi' },
      login: 'github-actions[bot]',
      status: 201,
      response: { body: 'hi' },
    });
  });

  test.each([
    ['GET', `${REPO}/nonsense`, undefined, 'no such operation'],
    ['GET', `${REPO}/pulls/1/commits`, undefined, 'the emulator does not serve this operation'],
    ['GET', `${REPO}/issues?lables=x`, undefined, 'unknown query parameter lables'],
    ['POST', `${REPO}/issues/1/comments`, { body: 'x', text: 'y' }, 'unknown body field text'],
    ['POST', `${REPO}/issues/1/comments`, {}, "must have required property 'body'"],
    ['GET', `${REPO}/issues/one`, undefined, 'path.issue_number must be integer'],
  ])('%s %s is a violation', async (method, path, body, violation) => {
    await as('wendy')(method, path, body);
    expect(github.violations).toEqual([expect.stringContaining(violation)]);
  });

  test('a fault strikes as often as asked and then no more', async () => {
    const body = { message: 'You have exceeded a secondary rate limit' };
    github.fail({ method: 'POST', path: /comments$/, status: 403, body, headers: { 'retry-after': '1' }, times: 2 });
    const wendy = as('wendy');
    const post = () => wendy('POST', `${REPO}/issues/1/comments`, { body: 'x' });
    const struck = await post();
    expect(struck).toMatchObject({ status: 403, json: body });
    expect(struck.headers.get('retry-after')).toBe('1');
    expect([(await post()).status, (await post()).status]).toEqual([403, 201]);
  });

  test('a text is answered as the page of a proxy', async () => {
    github.fail({ method: 'GET', path: REPO, status: 502, body: '<h1>Unicorn!</h1>' });
    expect((await as('wendy')('GET', REPO)).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('a connection is cut before or after the work', async () => {
    const wendy = as('wendy');
    const post = () => wendy('POST', `${REPO}/issues/1/comments`, { body: 'x' });
    github.fail({ method: 'POST', path: /comments$/, reset: 'before' });
    await expect(post()).rejects.toThrow('fetch failed');
    expect((await wendy('GET', `${REPO}/issues/1/comments`)).json).toHaveLength(0);
    github.fail({ method: 'POST', path: /comments$/, reset: 'after' });
    await expect(post()).rejects.toThrow('fetch failed');
    expect((await wendy('GET', `${REPO}/issues/1/comments`)).json).toHaveLength(1);
  });
});
