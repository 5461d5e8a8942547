import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { caller } from './client.ts';

const REPO = '/repos/acme/shop';
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

let github: EmulatedGitHub;
let wendy: ReturnType<typeof caller>;

beforeAll(async () => {
  const seed = {
    repos: [
      {
        owner: 'acme',
        name: 'shop',
        files: { 'a.txt': lines(9), 'b.txt': 'b\n' },
        branches: { draft: { 'a.txt': lines(9).replace('line 5', 'LINE 5') } },
        collaborators: { wendy: 'write' },
        pulls: [
          {
            title: 'From a fork',
            head: { ref: 'idea', sha: 'a'.repeat(40), repository: 'eve/shop' },
            base: { ref: 'main', sha: 'b'.repeat(40) },
          },
        ],
      },
      { owner: 'eve', name: 'shop', files: { 'a.txt': 'mine\n' } },
    ],
  } as const;
  github = await startGitHub({ checkAnswers: true, seed });
  wendy = caller(github.apiUrl, github.tokenFor('wendy'));
});
afterAll(() => github.close());
afterEach(() => expect([github.ownFaults, github.violations]).toEqual([[], []]));

describe('a file', () => {
  test.each([
    ['the default branch', '', 'line 5'],
    ['a branch', '?ref=draft', 'LINE 5'],
    ['a full ref', '?ref=refs/heads/draft', 'LINE 5'],
    ['a commit', `?ref=${'b'.repeat(40)}`, 'line 5'],
  ])('is read from %s', async (_, query, line) => {
    const { json } = await wendy('GET', `${REPO}/contents/a.txt${query}`);
    expect(Buffer.from(json.content, 'base64').toString()).toContain(line);
  });

  test('of a branch that is not there is not found', async () => {
    expect((await wendy('GET', `${REPO}/contents/a.txt?ref=nowhere`)).status).toBe(404);
  });

  test('is not sent again while its tag holds, in each of its forms', async () => {
    const url = `${REPO}/contents/b.txt`;
    const json = await wendy('GET', url);
    const tag = json.headers.get('etag') ?? '';
    const same = await wendy('GET', url, undefined, { 'if-none-match': tag });
    expect([same.status, same.json, same.headers.get('etag')]).toEqual([304, '', tag]);
    const raw = { accept: 'application/vnd.github.raw+json', 'if-none-match': tag };
    expect(await wendy('GET', url, undefined, raw)).toMatchObject({ status: 200, json: 'b\n' });
    await wendy('PUT', url, { message: 'Change it', content: base64('c\n'), sha: json.json.sha });
    expect((await wendy('GET', url, undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  test('is written only by who knows what it was, where it is, and with the right to', async () => {
    const put = (body: object, as = wendy) => as('PUT', `${REPO}/contents/a.txt`, { message: 'x', ...body });
    const content = base64('new');
    expect((await put({ content })).status).toBe(422);
    expect((await put({ content, sha: 'f'.repeat(40) })).status).toBe(409);
    expect((await put({ content, branch: 'nowhere' })).status).toBe(404);
    expect((await put({ content }, caller(github.apiUrl, github.tokenFor('eve')))).status).toBe(403);
  });
});

describe('a pull request', () => {
  const open = (body: object) => wendy('POST', `${REPO}/pulls`, { title: 'x', base: 'main', ...body });

  test('shows its changes as hunks', async () => {
    const { status, json } = await open({ head: 'draft', body: 'Louder', draft: true });
    expect(status).toBe(201);
    expect(json).toMatchObject({ draft: true, body: 'Louder', head: { ref: 'draft' }, user: { login: 'wendy' } });
    const files = (await wendy('GET', `${REPO}/pulls/${json.number}/files`)).json;
    expect(files[0]).toMatchObject({ filename: 'a.txt', status: 'modified', additions: 1, deletions: 1 });
    expect(files[0].patch).toBe(
      '@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+LINE 5\n line 6\n line 7\n line 8',
    );
  });

  test('comes from a fork', async () => {
    const { json } = await wendy('GET', `${REPO}/pulls/1`);
    expect(json.head).toMatchObject({ ref: 'idea', repo: { full_name: 'eve/shop' } });
    expect((await open({ head: 'eve:main' })).json.head).toMatchObject({ label: 'eve:main', ref: 'main' });
  });

  test('outlives its fork', async () => {
    const gone = { ref: 'idea', sha: 'c'.repeat(40), repository: 'ghost/shop' };
    const pulls = [{ title: 'x', head: gone, base: { ref: 'main', sha: 'b'.repeat(40) } }];
    // Answers unchecked: GitHub's description does not know of the null that GitHub answers with.
    const other = await startGitHub({ seed: { repos: [{ owner: 'acme', name: 'shop', pulls }] } });
    try {
      const { json } = await caller(other.apiUrl)('GET', `${REPO}/pulls/1`);
      expect(json.head).toMatchObject({ sha: gone.sha, repo: null });
    } finally {
      await other.close();
    }
  });

  test.each([
    ['an unknown head', { head: 'nowhere' }, { field: 'head', code: 'invalid' }],
    ['an unknown base', { head: 'draft', base: 'nowhere' }, { field: 'base', code: 'invalid' }],
    ['nothing to merge', { head: 'main' }, { message: 'No commits between the two' }],
    ['a twin', { head: 'draft' }, { message: 'A pull request already exists for acme:draft.' }],
  ])('with %s is refused', async (_, body, error) => {
    expect(await open(body)).toMatchObject({ status: 422, json: { errors: [error] } });
  });
});

test('a branch is made at the newest commit of another, and once', async () => {
  const { json: main } = await wendy('GET', `${REPO}/git/ref/heads/main`);
  const make = (sha: string) => wendy('POST', `${REPO}/git/refs`, { ref: 'refs/heads/made', sha });
  expect((await make('f'.repeat(40))).json.message).toContain('Object does not exist');
  expect((await make(main.object.sha)).status).toBe(201);
  expect((await make(main.object.sha)).json.message).toContain('Reference already exists');
  expect((await wendy('GET', `${REPO}/git/ref/heads/nowhere`)).status).toBe(404);
});
