import { EVENTS, PERMISSIONS } from '../../app/github/operations.ts';
import type { Seed, SeedRepository } from '../../emulator/github/index.ts';
import type { Commits } from '../app/end-to-end/git-server.ts';

export const APP = 'rebyte';
export const BOT = `${APP}[bot]`;
export const WEBHOOK_SECRET = 'a-secret-of-the-chaos-71ab';
export const API_KEY = 'rbk_key_of_the_chaos';
export const PEOPLE = ['alice', 'bob', 'carol', 'dave'] as const;
/** Of every repository; what a schedule says to the agent. */
export const SCHEDULED = 'Look after the dependencies.';
/** Put on an issue, it asks for a run. */
export const LABEL = 'rebyte-please';
/** Each repository has so many pull requests, numbered from 1. */
export const PULLS = 5;

const USUAL = `
defaults: { executor: claude }
cancel-on-close: true
budgets: { runs-per-hour: 1000, runs-per-hour-and-user: 1000 }
labels: { ${LABEL}: { prompt: Do what the label says. } }
`;

/** What differs between repositories, by name: each brings side effects of its own. */
const CONFIGS: Readonly<Record<string, string>> = {
  'acme/api': USUAL,
  'acme/shown': USUAL.replace('claude', 'claude, visibility: public'),
  'acme/bench': USUAL.replace('claude', 'claude, computer: workbench'),
  'acme/timed': `${USUAL}schedules:\n  upkeep: { cron: '* * * * *', prompt: '${SCHEDULED}' }\n`,
  'octo/site': USUAL,
  'octo/docs': USUAL,
};

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

export const REPOSITORIES: readonly Repository[] = Object.keys(CONFIGS).map((name) => {
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo };
});

/** Two accounts with the App, several repositories, and people who may write. */
export function seedFor({ main, feature }: Commits): Seed {
  return {
    users: [...PEOPLE],
    orgs: [{ login: 'acme' }, { login: 'octo' }],
    repos: REPOSITORIES.map(({ owner, repo }): SeedRepository => ({
      owner,
      name: repo,
      collaborators: Object.fromEntries(PEOPLE.map((login) => [login, 'write'])),
      files: { '.github/rebyte.yml': CONFIGS[`${owner}/${repo}`] ?? '' },
      pulls: Array.from({ length: PULLS }, (_, index) => ({
        number: index + 1,
        title: `Count ${index + 1}`,
        author: 'alice',
        head: { ref: 'feature', sha: feature },
        base: { ref: 'main', sha: main },
      })),
    })),
    apps: [
      {
        slug: APP,
        permissions: PERMISSIONS,
        events: [...EVENTS],
        webhookSecret: WEBHOOK_SECRET,
        installations: [{ owner: 'acme' }, { owner: 'octo' }],
      },
    ],
  };
}
