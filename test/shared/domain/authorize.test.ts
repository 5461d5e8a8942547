import { describe, expect, test } from '@jest/globals';
import { authorize, neededRole } from '../../../shared/domain/authorize.ts';
import { DEFAULT_CONFIG } from '../../../shared/domain/config/defaults.ts';
import { ROLES, type RepositoryConfig } from '../../../shared/model/repository-config.ts';
import { ForgeError } from '../../../shared/ports/forge-error.ts';
import type { PermissionsPort } from '../../../shared/ports/forge.ts';

const REPOSITORY = { owner: 'acme', repo: 'app' };
const ADA = { login: 'ada', type: 'User' };
const CONFIG: RepositoryConfig = {
  ...DEFAULT_CONFIG,
  permissions: { share: 'admin', ask: 'read' },
  commands: [{ name: 'deploy', description: '', prompt: 'Ship it', permission: 'maintain' }],
};

function forge(role: string, changes: Partial<PermissionsPort> = {}): PermissionsPort {
  return {
    roleOf: async () => await Promise.resolve({ role, permission: 'read' }),
    isTeamMember: async () => await Promise.resolve(false),
    ...changes,
  };
}

function ask(port: PermissionsPort, config = CONFIG) {
  const trigger = { repository: REPOSITORY, sender: ADA };
  return authorize(port, config, { trigger, verb: 'run', self: 'rebyte[bot]' });
}

function failing(status?: number): () => Promise<never> {
  const call = { method: 'GET', path: '/orgs/acme/teams/oncall', ...(status !== undefined && { status }) };
  return async () => await Promise.reject(new ForgeError(`answered ${status}`, call));
}

test.each(ROLES.map((role) => [role, ['write', 'maintain', 'admin'].includes(role)] as const))(
  'with the role %s, a run that takes `write` is allowed: %s',
  async (role, allowed) => {
    expect((await ask(forge(role))).kind).toBe(allowed ? 'allowed' : 'refused');
  },
);

test('a role that nobody has heard of, on a permission that nobody has heard of, is none', async () => {
  const roleOf = async () => await Promise.resolve({ role: 'emperor', permission: 'omnipotent' });
  expect(await ask(forge('', { roleOf }))).toMatchObject({ kind: 'refused', reason: 'role_too_low' });
});

test('who is allowed one command learns which others', async () => {
  const answer = await ask(forge('write'));
  if (answer.kind !== 'allowed') throw new Error(answer.message);
  const { may } = answer;
  expect([may('run'), may('ask'), may('share'), may('deploy'), may('other')]).toEqual([true, true, false, false, true]);
});

test('a command’s own role counts before the repository’s', () => {
  expect(neededRole(CONFIG, 'share')).toBe('admin');
  expect(neededRole(CONFIG, 'deploy')).toBe('maintain');
  expect(neededRole(CONFIG, 'fix')).toBe('write');
});

describe('teams', () => {
  const config = { ...CONFIG, allowedTeams: ['acme/oncall', 'acme/admins'] };

  test('are asked one after the other, and only when the role is too low', async () => {
    const asked: string[] = [];
    const isTeamMember = async (org: string, slug: string) => {
      asked.push(`${org}/${slug}`);
      return await Promise.resolve(slug === 'admins');
    };
    await ask(forge('write', { isTeamMember }), config);
    expect(asked).toEqual([]);
    expect(await ask(forge('read', { isTeamMember }), config)).toMatchObject({ role: 'member of acme/admins' });
    expect(asked).toEqual(config.allowedTeams);
  });

  test('are named in a refusal, with what kept them from being asked', async () => {
    const answer = await ask(forge('read', { isTeamMember: failing(403) }), config);
    if (answer.kind !== 'refused') throw new Error('It was allowed.');
    expect(answer.message).toContain('or membership in `acme/oncall` or `acme/admins`; `ada` holds `read`');
    expect(answer.message).toContain('A team could not be checked: `answered 403`');
  });
});

test.each([502, 429, undefined])('an answer %s of GitHub is no refusal: it is to be asked again', async (status) => {
  await expect(ask(forge('', { roleOf: failing(status) }))).rejects.toThrow('answered');
  const config = { ...CONFIG, allowedTeams: ['acme/oncall'] };
  await expect(ask(forge('read', { isTeamMember: failing(status) }), config)).rejects.toThrow('answered');
});
