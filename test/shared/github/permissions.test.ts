import { afterEach, describe, expect, test } from '@jest/globals';
import { type Answer, type ScriptedGitHub, scriptedGitHub } from './scripted-github.ts';

const repository = { owner: 'acme', repo: 'api' };
const notFound = { status: 404, body: { message: 'Not Found' } };
const notAccessible = { status: 403, body: { message: 'Resource not accessible by integration' } };
const found = { body: { id: 1 } };

let github: ScriptedGitHub;
async function scripted(...answers: readonly Answer[]): Promise<ScriptedGitHub['forge']> {
  github = await scriptedGitHub(answers, { holder: 'app' });
  return github.forge;
}
afterEach(() => github.close());

describe('a role', () => {
  test('is what GitHub calls it, with the base permission of a custom one', async () => {
    const forge = await scripted({ body: { permission: 'write', role_name: 'release-manager' } });
    expect(await forge.roleOf(repository, 'wendy')).toEqual({ role: 'release-manager', permission: 'write' });
    expect(github.requests[0]?.url).toBe('/api/v3/repos/acme/api/collaborators/wendy/permission');
  });

  test('is the permission where a server knows no role names', async () => {
    const forge = await scripted({ body: { permission: 'admin' } });
    expect(await forge.roleOf(repository, 'wendy')).toEqual({ role: 'admin', permission: 'admin' });
  });

  test('is none for a login that nobody has, in a repository that can be read', async () => {
    const forge = await scripted({ status: 404, body: { message: 'nemo[bot] is not a user' } }, found);
    expect(await forge.roleOf(repository, 'nemo[bot]')).toEqual({ role: 'none', permission: 'none' });
    expect(github.requests.map(({ url }) => url)).toEqual([
      '/api/v3/repos/acme/api/collaborators/nemo%5Bbot%5D/permission',
      '/api/v3/repos/acme/api',
    ]);
  });

  test('is no answer when the repository cannot be read either', async () => {
    const forge = await scripted(notFound, notFound);
    await expect(forge.roleOf(repository, 'wendy')).rejects.toMatchObject({ name: 'ForgeError', status: 404 });
  });

  test('is no answer when GitHub refuses, or says something else', async () => {
    const forge = await scripted(notAccessible, ...Array.from({ length: 5 }, () => ({ body: {} })));
    await expect(forge.roleOf(repository, 'wendy')).rejects.toThrow(
      'Grant the App `metadata: read` in its settings under "Permissions & events"',
    );
    await expect(forge.roleOf(repository, 'wendy')).rejects.toThrow('the answer has no permission');
  });

  test('cannot be asked of another path through a login', async () => {
    const forge = await scripted({ body: { permission: 'none', role_name: 'none' } });
    await forge.roleOf(repository, '../../../admin?x=');
    expect(github.requests[0]?.url).toBe('/api/v3/repos/acme/api/collaborators/..%2F..%2F..%2Fadmin%3Fx%3D/permission');
  });
});

describe('membership of a team', () => {
  test.each([
    ['active', true],
    ['pending', false],
  ])('that is %s counts: %s', async (state, expected) => {
    const forge = await scripted({ body: { state, role: 'member' } });
    expect(await forge.isTeamMember('acme', 'core', 'wendy')).toBe(expected);
  });

  test('is denied when the team is there and the person is not in it', async () => {
    const forge = await scripted(notFound, found);
    expect(await forge.isTeamMember('acme', 'core', 'eve')).toBe(false);
    expect(github.requests.map(({ url }) => url)).toEqual([
      '/api/v3/orgs/acme/teams/core/memberships/eve',
      '/api/v3/orgs/acme/teams/core',
    ]);
  });

  test('is no answer when the team is not to be seen, or may not be asked for', async () => {
    const forge = await scripted(notFound, notFound, notAccessible);
    await expect(forge.isTeamMember('acme', 'core', 'eve')).rejects.toMatchObject({ status: 404 });
    await expect(forge.isTeamMember('acme', 'core', 'eve')).rejects.toThrow('Grant the App `members: read`');
  });
});
