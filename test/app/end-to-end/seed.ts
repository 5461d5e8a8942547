import { EVENTS, PERMISSIONS } from '../../../app/github/operations.ts';
import type { Seed, SeedPull, SeedRepository } from '../../../emulator/github/index.ts';
import type { Commits } from './git-server.ts';

export const APP = 'rebyte';
export const BOT = `${APP}[bot]`;
export const WEBHOOK_SECRET = 'a-secret-of-the-tests-3f1c';

/** GitHub accounts with a key for Rebyte, each an organization of its own there; `keyless` has the App and no key. */
export const API_KEYS: Readonly<Record<string, string>> = { acme: 'rbk_key_of_acme', octo: 'rbk_key_of_octo' };

/** Pull requests of every repository of acme's. */
export const OWN_PULL = 1;
export const FORK_PULL = 2;
export const PRIVATE_FORK_PULL = 3;

const PATCH = '@@ -1 +1 @@\n-export const count = 1;\n+export const count = 2;';
const FILES = [{ filename: 'count.js', status: 'modified', additions: 1, deletions: 1, patch: PATCH }] as const;

/** @param configs text of `.github/rebyte.yml` by name of a repository of acme's, besides `api` that has none. */
export function seedFor({ main, feature }: Commits, configs: Readonly<Record<string, string>>): Seed {
  const pull = (number: number, repository?: string): SeedPull => ({
    number,
    title: 'Count twice',
    body: 'Because once is not enough.',
    author: 'alice',
    head: { ref: 'feature', sha: feature, ...(repository !== undefined && { repository }) },
    base: { ref: 'main', sha: main },
    files: FILES,
  });
  const collaborators = { alice: 'write', carol: 'triage', 'renovate[bot]': 'write' } as const;
  const repository = (name: string, config?: string): SeedRepository => ({
    owner: 'acme',
    name,
    collaborators,
    pulls: [pull(OWN_PULL), pull(FORK_PULL, 'mallory/api'), pull(PRIVATE_FORK_PULL, 'hidden/api')],
    ...(config !== undefined && { files: { '.github/rebyte.yml': config } }),
  });
  return {
    users: ['alice', 'bob', 'carol', 'mallory', 'hidden', 'keyless', 'renovate[bot]'],
    orgs: [{ login: 'acme' }, { login: 'octo' }],
    repos: [
      { owner: 'mallory', name: 'api' },
      { owner: 'hidden', name: 'api', private: true },
      { owner: 'octo', name: 'site', collaborators: { alice: 'write' } },
      { owner: 'keyless', name: 'shop', collaborators: { alice: 'write' } },
      repository('api'),
      ...Object.entries(configs).map(([name, config]) => repository(name, config)),
    ],
    apps: [
      {
        slug: APP,
        permissions: PERMISSIONS,
        events: [...EVENTS],
        webhookSecret: WEBHOOK_SECRET,
        installations: [{ owner: 'acme' }, { owner: 'octo' }, { owner: 'keyless' }],
      },
    ],
  };
}
