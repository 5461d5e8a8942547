import { afterEach, expect, test } from '@jest/globals';
import { ForgeError } from '../../../shared/ports/forge-error.ts';
import { type Answer, scriptedGitHub, type ScriptedGitHub } from './scripted-github.ts';

const THREAD = { owner: 'acme', repo: 'api', number: 7 };
const NO_PERMISSION = { status: 403, body: { message: 'Resource not accessible by integration' } };

let github: ScriptedGitHub;
afterEach(async () => {
  await github.close();
});

/** How an update ends that GitHub answers so. */
async function ending(answers: readonly Answer[]): Promise<unknown> {
  github = await scriptedGitHub(answers, { random: () => 0 });
  return await github.forge.updateComment(THREAD, 9, 'new').catch((error: unknown) => error);
}

function often(answer: Answer): readonly Answer[] {
  return Array.from({ length: 5 }, () => answer);
}

test('a limit that lasts too long to wait for passes by itself, and says when', async () => {
  const now = Date.parse('2031-05-05T10:00:00Z');
  const headers = {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(now / 1000 + 2_400),
    date: new Date(now).toUTCString(),
  };
  const limited = { status: 403, headers, body: { message: 'API rate limit exceeded for installation ID 1.' } };
  const error = await ending([limited]);
  expect(error).toBeInstanceOf(ForgeError);
  expect(error).toMatchObject({ status: 403, passes: true, retryAfterMs: 2_401_000 });
  expect(github.slept).toEqual([]);
});

test.each<[string, readonly Answer[], Record<string, unknown>]>([
  ['a server that stays away passes', often({ status: 502 }), { passes: true, status: 502 }],
  ['a connection that stays cut passes', often({ cut: 'before' }), { passes: true }],
  ['a missing permission does not pass', [NO_PERMISSION], { passes: false, status: 403 }],
  ['what is not there does not pass', [{ status: 404 }], { passes: false, status: 404 }],
  ['what is not valid does not pass', [{ status: 422 }], { passes: false, status: 422 }],
  ['an answer of another shape does not pass', often({ body: {} }), { passes: false, status: undefined }],
])('%s by itself', async (_name, answers, told) => {
  const error = await ending(answers);
  expect(error).toBeInstanceOf(ForgeError);
  expect(error).toMatchObject(told);
});
