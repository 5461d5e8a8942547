import { describe, expect, test } from '@jest/globals';
import { authorPermissions, MAX_AUTHORS_ASKED } from '../../../../shared/domain/prompting/author-permissions.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';

/** Everybody holds a role with their own name in it; `error` is thrown about whom it names. */
function askedForge(errors: Readonly<Record<string, Error>> = {}) {
  const asked: string[] = [];
  const roleOf = async (_: object, login: string) => {
    asked.push(login);
    await Promise.resolve();
    const error = errors[login];
    if (error !== undefined) throw error;
    return { role: `role of ${login}`, permission: 'admin' };
  };
  return { asked, roleOf };
}

const ASKING = { repository: { owner: 'acme', repo: 'api' }, known: new Map([['ada', 'write']]) };
const UNREACHABLE = new ForgeError('no answer', { method: 'GET', path: '/collaborators/x/permission', status: 502 });

describe('the permission of an author', () => {
  test("is GitHub's name of the role, asked for once however the login is spelled", async () => {
    const forge = askedForge();
    const permissionOf = await authorPermissions(forge, ASKING, ['Grace', 'linus', 'grace']);
    expect(['grace', 'GRACE', 'linus'].map(permissionOf)).toEqual(['role of Grace', 'role of Grace', 'role of linus']);
    expect(forge.asked).toEqual(['Grace', 'linus']);
  });

  test('is what is known already, and unknown for a ghost, who are not asked about', async () => {
    const forge = askedForge();
    const permissionOf = await authorPermissions(
      forge,
      { ...ASKING, known: new Map([['aDa', 'member of acme/support']]) },
      ['Ada', ''],
    );
    expect(['ada', ''].map(permissionOf)).toEqual(['member of acme/support', 'unknown']);
    expect(forge.asked).toEqual([]);
  });

  test('is not asked for past the limit, the first being asked about first', async () => {
    const forge = askedForge();
    const crowd = Array.from({ length: MAX_AUTHORS_ASKED + 2 }, (_, index) => `person-${index}`);
    const permissionOf = await authorPermissions(forge, ASKING, crowd);
    expect(forge.asked).toEqual(crowd.slice(0, MAX_AUTHORS_ASKED));
    expect(permissionOf('person-0')).toBe('role of person-0');
    expect(permissionOf(`person-${MAX_AUTHORS_ASKED}`)).toBe('not asked');
  });

  test('is unknown when GitHub does not say, and then nobody else is asked about', async () => {
    const forge = askedForge({ linus: UNREACHABLE });
    const permissionOf = await authorPermissions(forge, ASKING, ['grace', 'linus', 'ken']);
    expect(['grace', 'linus', 'ken'].map(permissionOf)).toEqual(['role of grace', 'unknown', 'not asked']);
    expect(forge.asked).toEqual(['grace', 'linus']);
  });

  test('hides no error but those of GitHub', async () => {
    const forge = askedForge({ linus: new Error('The App is stopping.') });
    await expect(authorPermissions(forge, ASKING, ['linus'])).rejects.toThrow('The App is stopping.');
  });
});
