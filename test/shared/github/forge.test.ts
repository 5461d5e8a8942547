import { afterEach, describe, expect, test } from '@jest/globals';
import { ForgeError, WriteInDoubtError } from '../../../shared/ports/forge-error.ts';
import type { ForgeOptions } from '../../../shared/github/index.ts';
import { type Answer, type ScriptedGitHub, scriptedGitHub } from './scripted-github.ts';

const thread = { owner: 'acme', repo: 'api', number: 7 };
const comment = (id: number, login = 'octocat') => ({
  id,
  body: `body ${id}`,
  html_url: `https://gh/${id}`,
  user: { login },
});
const noPermission = { status: 403, body: { message: 'Resource not accessible by integration' } };

let github: ScriptedGitHub;
async function scripted(answers: readonly Answer[], options?: Partial<ForgeOptions>): Promise<ScriptedGitHub['forge']> {
  github = await scriptedGitHub(answers, options);
  return github.forge;
}
afterEach(() => github.close());

async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => new Error('it did not reject'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new TypeError('it rejected with something that is no Error');
  return error;
}

async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('listing', () => {
  test('reads every page, a hundred at a time, by whatever cursor the link names', async () => {
    const link = (query: string) => ({
      link: `<https://elsewhere.example/x?${query}>; rel="next", <https://x/?page=9>; rel="last"`,
    });
    const forge = await scripted([
      { headers: link('per_page=100&page=2'), body: [comment(1), comment(2)] },
      { headers: link('per_page=100&after=Y3Vyc29y'), body: [comment(3)] },
      { body: [{ id: 4, body: null, html_url: '', user: null }] },
    ]);
    const comments = await collected(forge.listComments(thread));
    expect(comments.map(({ id, author }) => [id, author])).toEqual([
      [1, 'octocat'],
      [2, 'octocat'],
      [3, 'octocat'],
      [4, ''],
    ]);
    expect(github.requests.map(({ url }) => url)).toEqual([
      '/api/v3/repos/acme/api/issues/7/comments?per_page=100',
      '/api/v3/repos/acme/api/issues/7/comments?per_page=100&page=2',
      '/api/v3/repos/acme/api/issues/7/comments?per_page=100&after=Y3Vyc29y',
    ]);
  });

  test('says when comments were written and edited, where GitHub does', async () => {
    const times = { created_at: '2026-03-01T12:00:00Z', updated_at: '2026-03-01T12:00:07Z' };
    const forge = await scripted([
      {
        body: [
          { ...comment(1), ...times },
          { ...comment(2), updated_at: 'soon' },
        ],
      },
    ]);
    const [first, second] = await collected(forge.listComments(thread));
    const createdAt = Date.parse('2026-03-01T12:00:00Z');
    expect(first).toMatchObject({ createdAt, updatedAt: createdAt + 7_000 });
    for (const name of ['createdAt', 'updatedAt']) expect(second).not.toHaveProperty(name);
  });

  test('asks for no page that nobody wants', async () => {
    const forge = await scripted([{ headers: { link: '<https://x/?page=2>; rel="next"' }, body: [comment(1)] }]);
    for await (const { id } of forge.listComments(thread)) if (id === 1) break;
    expect(github.requests).toHaveLength(1);
  });

  test('leaves pull requests out of the open issues', async () => {
    const issue = { number: 1, title: 't', body: 'b', html_url: 'u', user: { login: 'l' } };
    const forge = await scripted([{ body: [issue, { ...issue, number: 2, pull_request: {} }] }]);
    const issues = await collected(forge.listOpenIssues(thread, ['rebyte', 'nightly']));
    expect(issues).toEqual([{ number: 1, title: 't', body: 'b', url: 'u', author: 'l' }]);
    expect(github.requests[0]?.url).toBe(
      '/api/v3/repos/acme/api/issues?state=open&labels=rebyte%2Cnightly&per_page=100',
    );
  });

  test('survives a fault between two pages', async () => {
    const forge = await scripted([
      { headers: { link: '<https://x/?page=2>; rel="next"' }, body: [comment(1)] },
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>\nBad gateway' },
      { body: [comment(2)] },
    ]);
    expect((await collected(forge.listComments(thread))).map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe('creating', () => {
  test.each<[string, Answer]>([
    ['a 502', { status: 502, body: 'Bad gateway' }],
    ['a cut before the answer', { cut: 'before' }],
    ['a cut within the answer', { status: 201, body: comment(1), cut: 'within' }],
  ])('is left in doubt by %s and not repeated', async (_name, answer) => {
    const forge = await scripted([answer, { status: 201, body: comment(2) }]);
    const error = await rejection(forge.createComment(thread, 'hello'));
    expect(error).toBeInstanceOf(WriteInDoubtError);
    expect(error.message).toContain('POST /repos/acme/api/issues/7/comments may have been carried out or not');
    expect(github.requests).toHaveLength(1);
  });

  test('is repeated when the connection was never made', async () => {
    const forge = await scripted([]);
    await github.close();
    const error = await rejection(forge.createComment(thread, 'hello'));
    expect(error).toBeInstanceOf(ForgeError);
    expect(error).not.toBeInstanceOf(WriteInDoubtError);
    expect(error.message).toMatch(/GitHub could not be reached for POST .*ECONNREFUSED/);
    expect(github.slept).toEqual([250, 500, 1000, 2000]);
  });

  test('is repeated after a rate limit, which refused it unseen', async () => {
    const forge = await scripted([
      { status: 403, headers: { 'retry-after': '30' }, body: { message: 'You have exceeded a secondary rate limit' } },
      { status: 201, body: comment(5) },
    ]);
    expect(await forge.createComment(thread, 'hello')).toMatchObject({ id: 5, url: 'https://gh/5' });
    expect(github.slept).toEqual([31_500]);
    expect(github.told.join('\n')).toContain(
      "notice: GitHub's rate limit is reached; POST /repos/acme/api/issues/7/comments goes on in 32 s.",
    );
  });

  test('refuses a body that GitHub would refuse, before it is sent', async () => {
    const forge = await scripted([{ status: 201, body: comment(1) }]);
    const error = await rejection(forge.createComment(thread, 'x'.repeat(65_537)));
    expect(error.message).toContain('the text has 65537 characters and GitHub takes 65536');
    expect(error).toMatchObject({ passes: false });
    expect(github.requests).toHaveLength(0);
    expect((await forge.createComment(thread, '😀'.repeat(65_536))).id).toBe(1);
  });

  test('says when GitHub dropped the labels of an issue', async () => {
    const issue = {
      number: 3,
      title: 't',
      body: 'b',
      html_url: 'https://gh/i/3',
      user: null,
      labels: [{ name: 'Nightly' }],
    };
    const forge = await scripted([{ status: 201, body: issue }]);
    await forge.createIssue(thread, { title: 't', body: 'b', labels: ['nightly', 'rebyte'] });
    expect(github.told).toEqual([
      expect.stringContaining('warning: GitHub dropped the labels rebyte from https://gh/i/3'),
    ]);
  });
});

describe('updating', () => {
  test('is repeated after faults, with growing waits', async () => {
    const forge = await scripted([
      { status: 502 },
      { cut: 'before' },
      { body: comment(9), cut: 'within' },
      { body: comment(9) },
    ]);
    expect((await forge.updateComment(thread, 9, 'new')).id).toBe(9);
    expect(github.requests.map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 4 }, () => ['PATCH', { body: 'new' }]),
    );
    expect(github.slept).toEqual([250, 500, 1000]);
  });

  test('waits for the reset that a spent limit names, by the server clock', async () => {
    const forge = await scripted(
      [
        {
          status: 403,
          headers: {
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(Date.parse('2031-05-05T10:05:00Z') / 1000),
            date: 'Mon, 05 May 2031 10:00:00 GMT',
          },
          body: { message: 'API rate limit exceeded for installation ID 1.' },
        },
        { body: comment(9) },
      ],
      { random: () => 0 },
    );
    await forge.updateComment(thread, 9, 'new');
    expect(github.slept).toEqual([301_000]);
  });

  test('gives up when the wait would exceed the budget, and says so', async () => {
    const limited = { status: 429, body: { message: 'You have exceeded a secondary rate limit' } };
    const forge = await scripted([limited, limited], { waitBudgetMs: 100_000, random: () => 0 });
    const error = await rejection(forge.updateComment(thread, 9, 'new'));
    expect(error.message).toContain(
      'with 429: You have exceeded a secondary rate limit. Not tried again: it asks for 120 s, and 40 s are left to wait.',
    );
    expect(github.slept).toEqual([60_000]);
  });

  test.each<[string, (abort: () => void) => { answer: Answer; options?: Partial<ForgeOptions> }]>([
    ['a request under way', (abort) => ({ answer: { hold: abort } })],
    [
      'a wait',
      (abort) => ({
        answer: { status: 429, headers: { 'retry-after': '60' } },
        options: {
          clock: { now: () => 0, steady: () => 0, sleep: async (_ms, signal) => (abort(), signal?.throwIfAborted()) },
        },
      }),
    ],
  ])('ends with the reason of the signal that aborts %s', async (_name, scene) => {
    const abort = new AbortController();
    const { answer, options } = scene(() => abort.abort(new Error('the job is cancelled')));
    const forge = await scripted([answer, { body: comment(9) }], { ...options, signal: abort.signal });
    await expect(forge.updateComment(thread, 9, 'new')).rejects.toThrow('the job is cancelled');
    await expect(forge.updateComment(thread, 9, 'new')).rejects.toThrow('the job is cancelled');
    expect(github.requests).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test.each([
    ['issues', (forge: ScriptedGitHub['forge']) => forge.createComment(thread, 'x'), '`permissions: issues: write`'],
    [
      'checks',
      (forge: ScriptedGitHub['forge']) =>
        forge.createCheck(thread, 'abc', { name: 'n', status: 'queued', title: 't', summary: 's' }),
      '`permissions: checks: write`',
    ],
  ])('names the permission line for %s', async (_name, write, line) => {
    const forge = await scripted([noPermission]);
    const error = await rejection(write(forge));
    expect(error.message).toContain(line);
    expect(error).toMatchObject({ name: 'ForgeError', method: 'POST', status: 403 });
    expect(github.requests).toHaveLength(1);
  });

  test('prefers the permissions that GitHub itself names', async () => {
    const headers = {
      'x-accepted-github-permissions': 'issues=write; pull_requests=write',
      'x-ratelimit-remaining': '0',
    };
    const forge = await scripted([{ ...noPermission, headers }]);
    const error = await rejection(forge.createComment(thread, 'x'));
    expect(error.message).toContain('Add `permissions: issues: write` or `pull-requests: write` to the job');
  });

  test('of a write to something hidden says both what may be wrong and what to add', async () => {
    const forge = await scripted([{ status: 404, body: { message: 'Not Found' } }]);
    const error = await rejection(forge.updateIssue(thread, { body: 'x' }));
    expect(error.message).toContain('PATCH /repos/acme/api/issues/7 with 404: Not Found. It does not exist, or');
    expect(error.message).toContain('issues: write');
  });

  test('of a value repeats what GitHub says about the field', async () => {
    const body = {
      message: 'Validation Failed',
      errors: [{ resource: 'Issue', field: 'title', code: 'missing_field' }],
    };
    const forge = await scripted([{ status: 422, body }]);
    const error = await rejection(forge.createIssue(thread, { title: '', body: '', labels: [] }));
    expect(error.message).toContain('422: Validation Failed: title missing_field.');
  });

  test('never shows the token', async () => {
    const forge = await scripted([noPermission]);
    const error = await rejection(forge.createComment(thread, 'x'));
    expect(error.message + github.told.join('')).not.toContain('a-token');
  });
});

test('a check run is sent as GitHub wants it', async () => {
  const forge = await scripted([
    { status: 201, body: { id: 11, html_url: 'https://gh/c/11' } },
    { body: { id: 11, html_url: 'u' } },
  ]);
  const state = {
    name: 'Rebyte',
    title: 'Done',
    summary: 'All well',
    detailsUrl: 'https://app/t',
    externalId: 'run-1',
  };
  expect(await forge.createCheck(thread, 'abc', { ...state, status: 'in_progress' })).toEqual({
    id: 11,
    url: 'https://gh/c/11',
  });
  await forge.updateCheck(thread, 11, { ...state, status: 'completed', conclusion: 'success' });
  expect(github.requests).toMatchObject([
    {
      method: 'POST',
      url: '/api/v3/repos/acme/api/check-runs',
      body: {
        head_sha: 'abc',
        name: 'Rebyte',
        status: 'in_progress',
        output: { title: 'Done', summary: 'All well' },
        details_url: 'https://app/t',
        external_id: 'run-1',
      },
    },
    expect.objectContaining({
      method: 'PATCH',
      body: expect.objectContaining({ status: 'completed', conclusion: 'success' }),
    }),
  ]);
});
