import { afterEach, describe, expect, test } from '@jest/globals';
import type { ReactionTarget } from '../../../shared/ports/forge.ts';
import { type Answer, type ScriptedGitHub, scriptedGitHub } from './scripted-github.ts';

const repository = { owner: 'acme', repo: 'api' };
const thread = { ...repository, number: 7 };
const base = { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'acme/api', private: true } };

let github: ScriptedGitHub;
async function scripted(...answers: readonly Answer[]): Promise<ScriptedGitHub['forge']> {
  github = await scriptedGitHub(answers);
  return github.forge;
}
afterEach(() => github.close());

describe('a file', () => {
  const file = (text: string, more: object = {}) => ({
    type: 'file',
    size: Buffer.byteLength(text),
    content: Buffer.from(text).toString('base64').replaceAll(/.{60}/g, '$&\n'),
    html_url: 'https://github.com/acme/api/blob/main/a.yml',
    ...more,
  });

  test('is read as text with its tag and its web address, from the default branch', async () => {
    const text = `${'ü'.repeat(100)}\n`;
    const forge = await scripted({ headers: { etag: 'W/"1"' }, body: file(text) });
    expect(await forge.readFile(repository, '.github/re byte#.yml')).toEqual({
      text,
      etag: 'W/"1"',
      url: 'https://github.com/acme/api/blob/main/a.yml',
    });
    expect(github.requests[0]?.url).toBe('/api/v3/repos/acme/api/contents/.github/re%20byte%23.yml');
  });

  test('is read from the ref that is named', async () => {
    const forge = await scripted({ body: file('') });
    expect(await forge.readFile(repository, 'a.yml', { ref: 'feature/x' })).toMatchObject({ text: '' });
    expect(github.requests[0]?.url).toBe('/api/v3/repos/acme/api/contents/a.yml?ref=feature%2Fx');
  });

  test('is unchanged while its tag holds', async () => {
    const forge = await scripted({ status: 304 });
    expect(await forge.readFile(repository, 'a.yml', { etag: 'W/"1"' })).toBe('unchanged');
    expect(github.requests[0]?.headers['if-none-match']).toBe('W/"1"');
  });

  test.each([
    ['nothing', { status: 404, body: { message: 'Not Found' } }],
    ['a folder', { body: [file('x')] }],
    ['a submodule', { body: file('', { type: 'submodule' }) }],
  ])('that is %s is not there', async (_, answer) => {
    const forge = await scripted(answer);
    expect(await forge.readFile(repository, 'a.yml')).toBeUndefined();
  });

  test('that GitHub leaves empty for its size is an error, not an empty file', async () => {
    const forge = await scripted({ body: file('', { size: 2_000_000, encoding: 'none' }) });
    await expect(forge.readFile(repository, 'a.yml')).rejects.toThrow('has 2000000 bytes and at most 1 MB is read');
  });

  test('that may not be read rejects with the permission to grant', async () => {
    const forge = await scripted({ status: 403, body: { message: 'Resource not accessible by integration' } });
    await expect(forge.readFile(repository, 'a.yml')).rejects.toThrow('Add `permissions: contents: read`');
  });
});

describe('a thread', () => {
  const issue = { number: 7, title: 't', body: null, html_url: 'u', user: null };

  test('says whether it is a pull request', async () => {
    const forge = await scripted({ body: issue }, { body: { ...issue, pull_request: {} } });
    expect(await forge.getThread(thread)).toEqual({
      number: 7,
      title: 't',
      body: '',
      url: 'u',
      author: '',
      isPullRequest: false,
    });
    expect(await forge.getThread(thread)).toMatchObject({ isPullRequest: true });
  });
});

describe('a pull request', () => {
  test('says where its head and base are', async () => {
    const head = { ref: 'fix', sha: 'a'.repeat(40), repo: { full_name: 'wendy/api', private: false } };
    const forge = await scripted({ body: { number: 7, user: { login: 'wendy' }, head, base } });
    expect(await forge.getPullRequest(thread)).toEqual({
      number: 7,
      author: 'wendy',
      headSha: head.sha,
      headBranch: 'fix',
      headRepository: 'wendy/api',
      headIsPrivate: false,
      baseBranch: 'main',
      baseSha: base.sha,
    });
  });

  test('from a fork that is gone has no repository, and nothing there to read', async () => {
    const forge = await scripted({ body: { number: 7, head: { ref: 'fix', sha: 'a', repo: null }, base } });
    expect(await forge.getPullRequest(thread)).toMatchObject({ headRepository: undefined, headIsPrivate: true });
  });

  test('lists its changed files over all pages', async () => {
    const row = (filename: string) => ({ filename, status: 'modified', additions: 2, deletions: 1, patch: '@@' });
    const forge = await scripted(
      { headers: { link: '<https://x/?per_page=100&page=2>; rel="next"' }, body: [row('a.ts')] },
      { body: [row('b.ts')] },
    );
    const files = [];
    for await (const changed of forge.listChangedFiles(thread)) files.push(changed);
    expect(files).toEqual(['a.ts', 'b.ts'].map((path) => ({ path, status: 'modified', additions: 2, deletions: 1 })));
    expect(github.requests.map(({ url }) => url)).toEqual([
      '/api/v3/repos/acme/api/pulls/7/files?per_page=100',
      '/api/v3/repos/acme/api/pulls/7/files?per_page=100&page=2',
    ]);
  });
});

describe('a reaction', () => {
  test.each([
    ['comment', 'issues/comments/5'],
    ['review_comment', 'pulls/comments/5'],
    ['thread', 'issues/5'],
  ] satisfies [ReactionTarget['kind'], string][])('on a %s goes to %s', async (kind, path) => {
    const forge = await scripted({ status: 201, body: { id: 1 } });
    await forge.react({ ...repository, kind, id: 5 }, 'eyes');
    expect(github.requests).toMatchObject([
      { method: 'POST', url: `/api/v3/repos/acme/api/${path}/reactions`, body: { content: 'eyes' } },
    ]);
  });

  test('is sent again when its answer is lost, as it cannot double', async () => {
    const forge = await scripted({ cut: 'before' }, { status: 502 }, { status: 200, body: { id: 1 } });
    await forge.react({ ...repository, kind: 'thread', id: 7 }, 'hooray');
    expect(github.requests).toHaveLength(3);
  });
});
