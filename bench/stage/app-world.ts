import { createServer } from 'node:net';
import { EVENTS, PERMISSIONS } from '../../app/github/operations.ts';
import { startGitHub, type Call, type EmulatedGitHub } from '../../emulator/github/index.ts';
import { startRebyte } from '../../emulator/rebyte/index.ts';
import { createOrigin } from '../../test/emulator/rebyte/git-origin.ts';
import { now } from '../numbers.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { openTap } from './tap.ts';

const SLUG = 'rebyte';
const API_KEY = 'rbk_bench';
const WEBHOOK_SECRET = 'known to this bench alone';
const AUTHOR = 'ada';
const OWNER = 'owner';
const REPO = 'repo';
/** Longer than anything that is measured: what has not happened by then will not. */
const DEADLINE_MS = 30_000;
/** More than are ever under way at once. */
const RECENT_CALLS = 50;

/** The App in a process of its own, between the emulators in this one. */
export interface AppWorld {
  readonly app: ServerProcess;
  /** One more App between the same emulators, with some variables of its own. Whoever starts it closes it. */
  readonly startApp: (env: Readonly<Record<string, string>>) => Promise<ServerProcess>;
  readonly github: EmulatedGitHub;
  /** What the App and its likes need of their environment to know GitHub's deliveries. */
  readonly credentials: Readonly<Record<'APP_ID' | 'PRIVATE_KEY' | 'WEBHOOK_SECRET', string>>;
  /** A person writes on an issue. Resolves with the moment, by `now()`, when GitHub had the comment. */
  readonly comment: (issue: number, body: string) => Promise<number>;
  /** When GitHub next has answered such a call. Ask before starting what makes it. */
  readonly next: (isIt: (call: Call) => boolean) => Promise<number>;
  /** When Rebyte's next webhook leaves for the App. */
  readonly nextWebhook: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** @param issues how many there are to comment on, from number 1; the next number is a pull request's */
export async function openAppWorld(issues: number): Promise<AppWorld> {
  const origin = await createOrigin();
  const sha = await origin.commit({ 'README.md': '# A repository\n' }, 'begin');
  origin.git(['branch', 'change']);
  const rebyte = await startRebyte({ apiKeys: [API_KEY], gitBaseUrl: origin.baseUrl });
  const watchers = new Set<(call: Call) => void>();
  const told = new WeakSet<Call>();
  const tellOfAnswered = (): void => {
    for (const call of github.calls.slice(-RECENT_CALLS)) {
      if (call.status === undefined || told.has(call)) continue;
      told.add(call);
      watchers.forEach((watch) => watch(call));
    }
  };
  const github: EmulatedGitHub = await startGitHub({
    seed: seedOf(sha, issues),
    log: tellOfAnswered,
  });
  const port = await freePort();
  let onWebhook: () => void = () => undefined;
  const tap = await openTap({
    port,
    sights: [{ mark: 'done', text: 'task.completed', from: 'client' }],
    onSight: () => onWebhook(),
  });
  const { id, privateKey } = github.app(SLUG);
  const credentials = { APP_ID: String(id), PRIVATE_KEY: privateKey, WEBHOOK_SECRET };
  const env = {
    ...credentials,
    REBYTE_API_KEY: API_KEY,
    REBYTE_API_URL: rebyte.url,
    GHE_PROTOCOL: 'http',
    GHE_HOST: new URL(github.url).host,
    PUBLIC_URL: `http://127.0.0.1:${tap.port}`,
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    DATABASE_URL: 'memory:',
  };
  const startApp: AppWorld['startApp'] = async (own) =>
    await startServerProcess('app-process.ts', { env: { ...env, ...own } });
  const app = await startApp({ PORT: String(port) });
  github.setWebhookUrl(SLUG, `${app.url}/api/github/webhooks`);
  const token = github.tokenFor(AUTHOR);
  const next: AppWorld['next'] = (isIt) =>
    new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        watchers.delete(watch);
        then();
      };
      const watch = (call: Call): void => {
        const at = now();
        if (isIt(call)) settle(() => resolve(at));
      };
      const timer = setTimeout(() => settle(() => reject(new Error(lastWords(github)))), DEADLINE_MS);
      watchers.add(watch);
    });
  return {
    app,
    startApp,
    github,
    credentials,
    next,
    nextWebhook: () => new Promise((resolve) => (onWebhook = () => resolve(now()))),
    comment: async (issue, body) => {
      const path = `/repos/${OWNER}/${REPO}/issues/${issue}/comments`;
      const there = next(({ method, login, path: called }) => method === 'POST' && login === AUTHOR && called === path);
      await fetch(`${github.apiUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `token ${token}` },
        body: JSON.stringify({ body }),
      });
      return await there;
    },
    close: async () => {
      await app.close();
      tap.server.close();
      await Promise.all([github.close(), rebyte.close()]);
      await origin.remove();
    },
  };
}

function seedOf(sha: string, issues: number) {
  const side = { ref: 'main', sha };
  const pulls = [
    { number: issues + 1, title: 'A change', author: AUTHOR, head: { ...side, ref: 'change' }, base: side },
  ];
  const config = 'budgets:\n  runs-per-hour: 1000\n  runs-per-hour-and-user: 1000\n';
  return {
    repos: [
      {
        owner: OWNER,
        name: REPO,
        files: { '.github/rebyte.yml': config },
        collaborators: { [AUTHOR]: 'write' as const },
        pulls,
        issues: Array.from({ length: issues }, (_, index) => ({ title: `Wish ${index + 1}` })),
      },
    ],
    apps: [
      {
        slug: SLUG,
        permissions: PERMISSIONS,
        events: EVENTS,
        webhookSecret: WEBHOOK_SECRET,
        installations: [{ owner: OWNER }],
      },
    ],
  };
}

function lastWords({ calls }: EmulatedGitHub): string {
  const last = calls.slice(-5).map(({ method, path, status }) => `${method} ${path} ${status}`);
  return `GitHub was not called as expected for ${DEADLINE_MS} ms. Last calls: ${last.join(', ')}`;
}

/** The App's webhook on Rebyte leads through the tap, which has to know the App's port before there is one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => void server.close(() => done()));
  if (address === null || typeof address === 'string') throw new Error('There is no free TCP port.');
  return address.port;
}
