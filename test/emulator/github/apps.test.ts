import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { appToken } from './app-token.ts';
import { caller } from './client.ts';

const REPO = '/repos/acme/shop';
let github: EmulatedGitHub;

beforeAll(async () => {
  github = await startGitHub({
    checkAnswers: true,
    seed: {
      orgs: [{ login: 'acme' }],
      repos: [
        { owner: 'acme', name: 'shop', issues: [{ title: 'It breaks' }] },
        { owner: 'acme', name: 'vault', private: true, issues: [{ title: 'Secret' }] },
        { owner: 'elsewhere', name: 'other' },
      ],
      apps: [
        { slug: 'rebyte', permissions: { issues: 'write', contents: 'read' }, installations: [{ owner: 'acme' }] },
        { slug: 'rival', permissions: {} },
      ],
    },
  });
});
afterAll(() => github.close());
afterEach(() => expect(github.ownFaults).toEqual([]));

const jwt = (slug: string, claims?: { exp?: number; iss?: number }) => appToken(github, slug, claims);

async function installationToken(body?: object) {
  const app = caller(github.apiUrl, jwt('rebyte'));
  const { json } = await app('GET', `${REPO}/installation`);
  return app('POST', `/app/installations/${json.id}/access_tokens`, body);
}

describe('an app', () => {
  test('signs in with its own key and no other', async () => {
    const { id } = github.app('rebyte');
    const { status, json } = await caller(github.apiUrl, jwt('rebyte'))('GET', '/app');
    expect([status, json.slug, json.id]).toEqual([200, 'rebyte', id]);
    const forged = await caller(github.apiUrl, jwt('rival', { iss: id }))('GET', '/app');
    expect(forged).toMatchObject({ status: 401, json: { message: 'A JSON web token could not be decoded' } });
  });

  test.each([[-10], [3600]])('is refused with a token that ends %d s from now', async (seconds) => {
    const token = jwt('rebyte', { exp: Math.floor(Date.now() / 1000) + seconds });
    const { status, json } = await caller(github.apiUrl, token)('GET', '/app');
    expect([status, json.message]).toEqual([401, expect.stringContaining("'Expiration time' claim")]);
  });

  test('is found where it is installed', async () => {
    const app = caller(github.apiUrl, jwt('rebyte'));
    expect((await app('GET', `${REPO}/installation`)).json).toMatchObject({
      app_slug: 'rebyte',
      account: { login: 'acme' },
    });
    expect((await app('GET', '/repos/elsewhere/other/installation')).status).toBe(404);
  });

  test('cannot itself write', async () => {
    const answer = await caller(github.apiUrl, jwt('rebyte'))('POST', `${REPO}/issues/1/comments`, { body: 'x' });
    expect(answer.status).toBe(403);
  });
});

describe("an installation's token", () => {
  test('writes as the bot, in private repositories too, and nowhere else', async () => {
    const { status, json } = await installationToken();
    expect(status).toBe(201);
    const bot = caller(github.apiUrl, json.token);
    const comment = await bot('POST', '/repos/acme/vault/issues/1/comments', { body: 'hello' });
    expect(comment.json).toMatchObject({
      user: { login: 'rebyte[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'rebyte' },
    });
    expect((await bot('POST', '/repos/elsewhere/other/issues', { title: 'x' })).status).toBe(403);
    expect((await bot('GET', '/installation/repositories')).json.total_count).toBe(2);
  });

  test('can be less than the installation, never more', async () => {
    const { json } = await installationToken({ repositories: ['shop'], permissions: { issues: 'read' } });
    const bot = caller(github.apiUrl, json.token);
    expect((await bot('GET', '/repos/acme/vault')).status).toBe(404);
    expect((await bot('POST', `${REPO}/issues/1/comments`, { body: 'x' })).status).toBe(403);
    expect((await installationToken({ permissions: { contents: 'write' } })).status).toBe(422);
  });

  test('is worthless once given back', async () => {
    const bot = caller(github.apiUrl, (await installationToken()).json.token);
    expect((await bot('DELETE', '/installation/token')).status).toBe(204);
    expect((await bot('GET', REPO)).status).toBe(401);
  });
});
