import { afterEach, describe, expect, test } from '@jest/globals';
import type { ForgeOptions } from '../../../shared/github/index.ts';
import { type Answer, type ScriptedGitHub, scriptedGitHub } from './scripted-github.ts';

const noPermission = { status: 403, body: { message: 'Resource not accessible by integration' } };

let github: ScriptedGitHub;
async function scripted(answers: readonly Answer[], options?: Partial<ForgeOptions>): Promise<ScriptedGitHub['forge']> {
  github = await scriptedGitHub(answers, options);
  return github.forge;
}
afterEach(() => github.close());

describe('the viewer', () => {
  test('is asked for once, over GraphQL beside the REST root', async () => {
    const forge = await scripted([{ body: { data: { viewer: { login: 'rebyte[bot]' } } } }]);
    expect([await forge.viewer(), await forge.viewer()]).toEqual(['rebyte[bot]', 'rebyte[bot]']);
    expect(github.requests.map(({ url }) => url)).toEqual(['/api/graphql']);
  });

  test('is asked for again after a fault', async () => {
    const forge = await scripted([{ status: 502 }, { body: { data: { viewer: { login: 'octocat' } } } }]);
    expect(await forge.viewer()).toBe('octocat');
  });

  test('comes from GET /user where GraphQL is closed', async () => {
    const forge = await scripted([{ body: { errors: [{ message: 'closed' }] } }, { body: { login: 'octocat' } }]);
    expect(await forge.viewer()).toBe('octocat');
  });

  test('is the known login when GitHub will not say', async () => {
    const forge = await scripted([noPermission, noPermission], { knownLogin: 'github-actions[bot]' });
    expect(await forge.viewer()).toBe('github-actions[bot]');
  });

  test('is whom GitHub names, whatever a job believes', async () => {
    const forge = await scripted([{ body: { data: { viewer: { login: 'ada' } } } }], { knownLogin: 'somebody' });
    expect(await forge.viewer()).toBe('ada');
  });

  test('is not asked for by an App that knows its login', async () => {
    const forge = await scripted([], { knownLogin: 'rebyte[bot]', holder: 'app' });
    expect(await forge.viewer()).toBe('rebyte[bot]');
    expect(github.requests).toEqual([]);
  });

  test('is unknown, and said to be, when nobody knows', async () => {
    const forge = await scripted([noPermission, noPermission]);
    expect(await forge.viewer()).toBeUndefined();
    expect(github.told).toContainEqual(expect.stringMatching(/^warning: .*no existing comment counts as ours/));
  });
});
