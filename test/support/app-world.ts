import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startApp, type App, type StartOptions } from '../../app/start.ts';
import type { Settings } from '../../app/settings.ts';
import { startGitHub, type EmulatedGitHub } from '../../emulator/github/index.ts';
import { startRebyte, type Rebyte } from '../../emulator/rebyte/index.ts';
import { EVENTS, PERMISSIONS } from '../../app/github/operations.ts';
import { createOrigin } from '../emulator/rebyte/git-origin.ts';

export const WEBHOOK_SECRET = 'a-webhook-secret-for-tests';
const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export interface AppWorld {
  readonly github: EmulatedGitHub;
  readonly rebyte: Rebyte;
  readonly app: App;
  /** What the App logged so far. */
  readonly lines: readonly string[];
  /** Ada, who may write, comments on issue 1 of owner/repo. */
  say(text: string, issue?: number): Promise<void>;
  /** Resolves with the bodies of the issue's comments as soon as `fits` does. */
  comments(fits: (bodies: readonly string[]) => boolean, issue?: number): Promise<readonly string[]>;
  /** Resolves when no delivery and no job is left. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** GitHub and Rebyte on localhost, and the App between them. */
export async function startWorld(changes: Partial<Settings> = {}, options: StartOptions = {}): Promise<AppWorld> {
  const github = await startGitHub({
    checkAnswers: true,
    seed: {
      repos: [{ owner: 'owner', name: 'repo', collaborators: { ada: 'write' }, issues: [{ title: 'A wish' }] }],
      tokens: { ada: 'ada' },
      apps: [
        {
          slug: 'rebyte',
          permissions: PERMISSIONS,
          events: EVENTS,
          privateKey: PRIVATE_KEY,
          webhookSecret: WEBHOOK_SECRET,
          installations: [{ owner: 'owner' }],
        },
      ],
    },
  });
  const origin = await createOrigin();
  await origin.commit({ 'README.md': '# A repository' }, 'begin');
  const rebyte = await startRebyte({ executors: { claude: 'demo' }, gitBaseUrl: origin.baseUrl });
  const lines: string[] = [];
  const settings: Settings = {
    appId: github.app('rebyte').id,
    privateKey: PRIVATE_KEY,
    webhookSecret: WEBHOOK_SECRET,
    apiKeys: new Map([['', 'rbk_localhost']]),
    host: '127.0.0.1',
    port: 0,
    metricsHost: '127.0.0.1',
    metricsPort: 0,
    githubApiUrl: github.apiUrl,
    rebyteApiUrl: rebyte.url,
    logLevel: 'debug',
    storage: { kind: 'memory' },
    ...changes,
  };
  const app = await startApp(settings, {
    write: (line) => void lines.push(line),
    publicUrlIsOwn: changes.publicUrl === undefined,
    ...options,
  }).catch(async (error: unknown) => {
    await Promise.all([github.close(), rebyte.close(), origin.remove()]);
    throw error;
  });
  await app.ready;
  github.setWebhookUrl('rebyte', `${app.url}/api/github/webhooks`);
  const call = async (path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${github.apiUrl}${path}`, { ...init, headers: { authorization: 'token ada' } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  return {
    github,
    rebyte,
    app,
    lines,
    say: async (text, issue = 1) => {
      await call(`/repos/owner/repo/issues/${issue}/comments`, { body: text });
    },
    comments: async (fits, issue = 1) => {
      for (;;) {
        const listed = (await call(`/repos/owner/repo/issues/${issue}/comments`)) as { body: string }[];
        const bodies = listed.map(({ body }) => body);
        if (fits(bodies)) return bodies;
        await pause(20);
      }
    },
    settled: async () => {
      for (;;) {
        await github.delivered();
        const ready = await fetch(`${app.url}/readyz`);
        const { jobs } = (await ready.json()) as { jobs: { waiting: number; running: number } };
        if (jobs.waiting + jobs.running === 0) return;
        await pause(20);
      }
    },
    close: async () => {
      await app.stop();
      await Promise.all([github.close(), rebyte.close(), origin.remove()]);
    },
  };
}
