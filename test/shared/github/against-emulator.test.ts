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
  const files = Array.from({ length: 101 }, (_, index) => changed(`src/${index}.ts`));
  github = await startGitHub({
    seed: {
      repos: [
        {
          owner: 'acme',
          name: 'api',
          files: { '.github/rebyte.yml': 'a: 1\n' },
          collaborators: { wendy: 'write' },
          customRoles: { wendy: 'release-manager' },
          issues: [{ title: 'One', number: 1 }],
          pulls: [{ title: 'Two', number: 2, head, base, files }],
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

function changed(filename: string) {
  return { filename, status: 'modified', additions: 2, deletions: 1 } as const;
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

test('a check run whose creation was not answered is found by its reference, the newest of our own', async () => {
  const forge = forgeOfTheJob();
  const sha = 'c'.repeat(40);
  const state = { name: 'Rebyte', title: 'Working', summary: 'Soon.', status: 'queued' } as const;
  expect(await forge.findCheck(repository, sha, 'run')).toBeUndefined();
  await forge.createCheck(repository, sha, { ...state, externalId: 'run' });
  const newest = await forge.createCheck(repository, sha, { ...state, externalId: 'run' });
  await forge.createCheck(repository, sha, { ...state, externalId: 'another run' });
  expect(await forge.findCheck(repository, sha, 'run')).toEqual(newest);
  expect(await forge.findCheck(repository, 'd'.repeat(40), 'run')).toBeUndefined();
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

test('a file is read once and then asked after', async () => {
  const forge = forgeOfTheJob();
  const file = await forge.readFile(repository, '.github/rebyte.yml');
  if (file === undefined || file === 'unchanged') throw new Error('The file is not there.');
  expect(file).toMatchObject({ text: 'a: 1\n', url: `${github.url}/acme/api/blob/main/.github/rebyte.yml` });
  expect(await forge.readFile(repository, '.github/rebyte.yml', { etag: file.etag })).toBe('unchanged');
  expect(await forge.readFile(repository, '.github/nothing.yml')).toBeUndefined();
});

test('roles are asked of GitHub, for those it knows and those it does not', async () => {
  const forge = forgeOfTheJob();
  expect(await forge.roleOf(repository, 'wendy')).toEqual({ role: 'release-manager', permission: 'write' });
  expect(await forge.roleOf(repository, 'nemo[bot]')).toEqual({ role: 'none', permission: 'none' });
  await expect(forge.roleOf({ owner: 'acme', repo: 'gone' }, 'wendy')).rejects.toMatchObject({ status: 404 });
});

test('a pull request is known with its head and all its files', async () => {
  const forge = forgeOfTheJob();
  const pull = { ...repository, number: 2 };
  expect(await forge.getThread(pull)).toMatchObject({ number: 2, title: 'Two', isPullRequest: true });
  expect(await forge.getPullRequest(pull)).toMatchObject({ headRepository: 'acme/api', headBranch: 'feature' });
  expect(await collected(forge.listChangedFiles(pull))).toHaveLength(101);
});

test('the same reaction twice is one', async () => {
  const forge = forgeOfTheJob();
  const { id } = await forge.createComment(thread, 'hello');
  for (const target of [{ kind: 'comment', id } as const, { kind: 'thread', id: 1 } as const]) {
    await forge.react({ ...repository, ...target }, 'eyes');
    await forge.react({ ...repository, ...target }, 'eyes');
  }
  expect(github.calls.filter(({ path }) => path.endsWith('/reactions')).map(({ status }) => status)).toEqual([
    201, 200, 201, 200,
  ]);
});
