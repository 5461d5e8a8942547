import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { appToken } from './app-token.ts';
import { caller } from './client.ts';

let github: EmulatedGitHub;
beforeAll(async () => {
  github = await startGitHub({
    checkAnswers: true,
    seed: {
      orgs: [
        { login: 'acme', members: { boss: 'admin', wendy: 'member' }, teams: { core: ['wendy'] } },
        { login: 'other', teams: { core: ['wendy'] } },
      ],
      repos: [
        {
          owner: 'acme',
          name: 'shop',
          collaborators: { wendy: 'write', cleo: 'triage' },
          customRoles: { wendy: 'release-manager' },
        },
      ],
      apps: [{ slug: 'rebyte', permissions: { members: 'read' }, installations: [{ owner: 'acme' }] }],
    },
  });
});
afterAll(() => github.close());
afterEach(() => expect([github.ownFaults, github.violations]).toEqual([[], []]));

async function asInstallation(permissions?: object): Promise<ReturnType<typeof caller>> {
  const app = caller(github.apiUrl, appToken(github, 'rebyte'));
  const { json } = await app('GET', '/orgs/acme/installation');
  const token = await app('POST', `/app/installations/${json.id}/access_tokens`, permissions && { permissions });
  return caller(github.apiUrl, token.json.token);
}

test('a custom role has a name of its own and a base permission', async () => {
  const bot = await asInstallation();
  const ask = async (login: string) => (await bot('GET', `/repos/acme/shop/collaborators/${login}/permission`)).json;
  expect(await ask('wendy')).toMatchObject({ role_name: 'release-manager', permission: 'write' });
  expect(await ask('cleo')).toMatchObject({ role_name: 'triage', permission: 'read' });
  expect(await ask('boss')).toMatchObject({ role_name: 'admin', permission: 'admin' });
  expect(await ask('nemo[bot]')).toMatchObject({ message: 'nemo[bot] is not a user', status: '404' });
});

describe('a team', () => {
  const members = (login: string) => `/orgs/acme/teams/core/memberships/${login}`;

  test('has members and others', async () => {
    const bot = await asInstallation();
    expect((await bot('GET', members('wendy'))).json).toMatchObject({ state: 'active' });
    expect((await bot('GET', members('boss'))).status).toBe(404);
    expect((await bot('GET', '/orgs/acme/teams/core')).json).toMatchObject({ slug: 'core', members_count: 1 });
    expect((await bot('GET', '/orgs/acme/teams/nobody')).status).toBe(404);
  });

  test('is shown to its organization only', async () => {
    const bot = await asInstallation();
    expect((await bot('GET', '/orgs/other/teams/core')).status).toBe(404);
    const stranger = caller(github.apiUrl, github.tokenFor('eve'));
    expect((await stranger('GET', '/orgs/acme/teams/core')).status).toBe(404);
  });

  test('is closed to an app without the permission', async () => {
    const bot = await asInstallation({ metadata: 'read' });
    expect(await bot('GET', members('wendy'))).toMatchObject({ status: 403 });
  });
});
