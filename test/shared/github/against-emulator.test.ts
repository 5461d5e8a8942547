import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { getOctokit } from '@actions/github';
import { type EmulatedGitHub, startGitHub } from '../../../emulator/github/index.ts';
import { createForge } from '../../../shared/github/index.ts';
import type { Forge } from '../../../shared/ports/forge.ts';
import { clockThatSkips, logInto } from './scripted-github.ts';

const repository = { owner: 'acme', repo: 'api' };
const thread = { ...repository, number: 1 };
const MAY_WRITE = { issues: 'write', 'pull-requests': 'write', checks: 'write', contents: 'read' } as const;

let github: EmulatedGitHub;
let slept: number[];
let told: string[];

beforeEach(async () => {
  slept = [];
  told = [];
  const head = { ref: 'feature', sha: 'a'.repeat(40) };
  const base = { ref: 'main', sha: 'b'.repeat(40) };
  github = await startGitHub({
    seed: {
      repos: [
        {
          owner: 'acme',
          name: 'api',
          issues: [{ title: 'One', number: 1 }],
          pulls: [{ title: 'Two', number: 2, head, base }],
        },
      ],
    },
  });
});
afterEach(async () => {
  const { violations } = github;
  await github.close();
  expect(violations).toEqual([]);
});

function forgeFor(token: string): Forge {
  const octokit = getOctokit(token, { baseUrl: github.apiUrl });
  return createForge(octokit, { clock: clockThatSkips(slept), log: logInto(told), random: () => 0 });
}

function forgeOfTheJob(): Forge {
  return forgeFor(github.actionsToken({ ...repository, permissions: MAY_WRITE }));
}

async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

test("a job's token is github-actions[bot], and so is the author of what it writes", async () => {
  const forge = forgeOfTheJob();
  const written = await forge.createComment(thread, 'hello');
  expect([await forge.viewer(), written.author]).toEqual(['github-actions[bot]', 'github-actions[bot]']);
});

test("a person's token is that person", async () => {
  expect(await forgeFor(github.tokenFor('acme')).viewer()).toBe('acme');
});

test('a comment beyond the first hundred is found, and updated in place', async () => {
  const forge = forgeOfTheJob();
  for (let index = 0; index < 105; index += 1) await forge.createComment(thread, `comment ${index}`);
  const comments = await collected(forge.listComments(thread));
  expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 105 }, (_, index) => `comment ${index}`));
  await forge.updateComment(repository, comments[104]!.id, 'changed');
  expect((await collected(forge.listComments(thread))).at(-1)?.body).toBe('changed');
});

test('a rolling issue is created, found by its labels and updated; pull requests do not count', async () => {
  const forge = forgeOfTheJob();
  const created = await forge.createIssue(repository, { title: 'Nightly', body: 'first', labels: ['rebyte'] });
  expect(await collected(forge.listOpenIssues(repository, ['rebyte']))).toEqual([created]);
  await forge.updateIssue({ ...repository, number: created.number }, { body: 'second' });
  const open = await collected(forge.listOpenIssues(repository, []));
  expect(open.map(({ title, body }) => [title, body])).toContainEqual(['Nightly', 'second']);
  expect(open.map(({ title }) => title)).not.toContain('Two');
});

test('a check run goes from queued to its conclusion', async () => {
  const forge = forgeOfTheJob();
  const state = { name: 'Rebyte', title: 'Working', summary: 'Soon.', externalId: 'run' };
  const check = await forge.createCheck(repository, 'a'.repeat(40), { ...state, status: 'queued' });
  const done = await forge.updateCheck(repository, check.id, { ...state, status: 'completed', conclusion: 'success' });
  expect(done).toEqual(check);
});

test('a token that may only read is told which permission is missing', async () => {
  const forge = forgeFor(github.actionsToken({ ...repository, permissions: { contents: 'read', issues: 'read' } }));
  await expect(forge.createComment(thread, 'x')).rejects.toThrow(
    /403: Resource not accessible by integration\. Add `permissions: issues: write`/,
  );
});

test('a secondary limit is waited out, and the comment is there once', async () => {
  const body = { message: 'You have exceeded a secondary rate limit.' };
  github.fail({ method: 'POST', path: /comments$/, status: 403, headers: { 'retry-after': '7' }, body });
  const forge = forgeOfTheJob();
  await forge.createComment(thread, 'hello');
  expect(slept).toEqual([7000]);
  expect(await collected(forge.listComments(thread))).toHaveLength(1);
});

test('a creation whose answer is lost is in doubt, and there it is', async () => {
  github.fail({ method: 'POST', path: /comments$/, reset: 'after' });
  const forge = forgeOfTheJob();
  await expect(forge.createComment(thread, 'hello')).rejects.toMatchObject({ name: 'WriteInDoubtError' });
  expect((await collected(forge.listComments(thread))).map(({ body }) => body)).toEqual(['hello']);
});
