import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { caller } from './client.ts';

const SHA = 'a'.repeat(40);
const PULL = '/repos/acme/shop/pulls/1';
let github: EmulatedGitHub;
let bot: ReturnType<typeof caller>;

beforeAll(async () => {
  const pull = {
    title: 'Repair it',
    author: 'wendy',
    head: { ref: 'repair', sha: SHA },
    base: { ref: 'main', sha: 'b'.repeat(40) },
    files: [{ filename: 'a.ts', status: 'modified', additions: 1, deletions: 0, patch: '@@ -1 +1,2 @@' }],
  } as const;
  const seed = { repos: [{ owner: 'acme', name: 'shop', pulls: [pull] }] };
  github = await startGitHub({ checkAnswers: true, seed });
  const permissions = { pull_requests: 'write', statuses: 'write' } as const;
  bot = caller(github.apiUrl, github.actionsToken({ owner: 'acme', repo: 'shop', permissions }));
});
afterAll(() => github.close());
afterEach(() => {
  expect(github.ownFaults).toEqual([]);
  expect(github.violations).toEqual([]);
});

describe('reviews', () => {
  test('a review with comments on lines is taken with 200 and found again', async () => {
    const comments = [{ path: 'a.ts', line: 2, side: 'RIGHT', body: 'why?' }];
    const review = await bot('POST', `${PULL}/reviews`, { event: 'COMMENT', body: 'some thoughts', comments });
    expect(review).toMatchObject({ status: 200, json: { state: 'COMMENTED', commit_id: SHA } });
    expect((await bot('GET', `${PULL}/reviews`)).json).toMatchObject([{ body: 'some thoughts' }]);
    const [comment] = (await bot('GET', `${PULL}/comments`)).json;
    expect(comment).toMatchObject({ body: 'why?', path: 'a.ts', line: 2, diff_hunk: '@@ -1 +1,2 @@' });
  });

  test('nobody approves a pull request of their own', async () => {
    const wendy = caller(github.apiUrl, github.tokenFor('wendy'));
    expect((await wendy('POST', `${PULL}/reviews`, { event: 'APPROVE' })).status).toBe(422);
  });

  test('a comment on a line is answered and reacted to', async () => {
    const fields = { path: 'a.ts', line: 1, commit_id: SHA, body: 'typo' };
    const { status, json } = await bot('POST', `${PULL}/comments`, fields);
    expect(status).toBe(201);
    // GitHub's description closes this one to apps; they write a comment with `in_reply_to` instead.
    const wendy = caller(github.apiUrl, github.tokenFor('wendy'));
    const reply = await wendy('POST', `${PULL}/comments/${json.id}/replies`, { body: 'fixed' });
    expect(reply).toMatchObject({ status: 201, json: { in_reply_to_id: json.id, path: 'a.ts', body: 'fixed' } });
    const reactions = `/repos/acme/shop/pulls/comments/${json.id}/reactions`;
    expect((await bot('POST', reactions, { content: 'eyes' })).status).toBe(201);
  });
});

test('a commit status is taken', async () => {
  const status = await bot('POST', `/repos/acme/shop/statuses/${SHA}`, { state: 'pending', context: 'rebyte' });
  expect(status).toMatchObject({ status: 201, json: { state: 'pending', creator: { login: 'github-actions[bot]' } } });
});
