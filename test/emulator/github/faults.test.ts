import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { caller } from './client.ts';

const COMMENTS = '/repos/acme/shop/issues/1/comments';

let github: EmulatedGitHub;

beforeEach(async () => {
  github = await startGitHub({
    seed: { repos: [{ owner: 'acme', name: 'shop', issues: [{ title: 'It breaks' }] }] },
  });
});
afterEach(async () => {
  await github.close();
});

async function readAs(login: string): Promise<number> {
  return (await caller(github.apiUrl, github.tokenFor(login))('GET', COMMENTS)).status;
}

test('a fault for one sender lets all others through and waits for that one', async () => {
  github.fail({ method: 'GET', path: COMMENTS, status: 500, login: 'wendy' });
  expect([await readAs('olga'), await readAs('wendy'), await readAs('wendy')]).toEqual([200, 500, 200]);
});

test('what has not struck yet is forgotten when it calms', async () => {
  github.fail({ method: 'GET', path: COMMENTS, status: 500, times: 2 });
  expect(await readAs('olga')).toBe(500);
  github.calm();
  expect(await readAs('olga')).toBe(200);
});
