import { readFileSync } from 'node:fs';
import { EVENTS, PERMISSIONS } from '../app/github/operations.ts';
import { settingsFrom } from '../app/settings.ts';
import { startApp, type App } from '../app/start.ts';
import type { EmulatedGitHub, SeedApp } from '../emulator/github/index.ts';
import type { Rebyte } from '../emulator/rebyte/index.ts';

const SLUG = 'rebyte';
const WEBHOOK_SECRET = 'known to this demo alone';

/** What the App writes as. */
export const BOT = `${SLUG}[bot]`;

/** The App as GitHub knows it: installed at an account, with the permissions and events of app.yml. */
export function appSeed(owner: string): SeedApp {
  const installations = [{ owner }];
  return { slug: SLUG, permissions: PERMISSIONS, events: EVENTS, webhookSecret: WEBHOOK_SECRET, installations };
}

export interface TheAppOptions {
  readonly apiKey: string;
  /** Told each line of the log, from warnings up. */
  readonly onWarning: (message: string) => void;
}

/** Starts the real App with an environment like any other's, and tells GitHub where it listens. */
export async function startTheApp(
  { rebyte, github }: { readonly rebyte: Rebyte; readonly github: EmulatedGitHub },
  { apiKey, onWarning }: TheAppOptions,
): Promise<App> {
  const { id, privateKey } = github.app(SLUG);
  const environment = {
    APP_ID: String(id),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET,
    REBYTE_API_KEY: apiKey,
    REBYTE_API_URL: rebyte.url,
    GHE_PROTOCOL: 'http',
    GHE_HOST: new URL(github.url).host,
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: 'memory:',
  };
  const settings = settingsFrom({ environment, readFile: (path) => readFileSync(path, 'utf8') });
  const app = await startApp(settings, { publicUrlIsOwn: true, write: (line) => onWarning(messageOf(line)) });
  github.setWebhookUrl(SLUG, `${app.url}/api/github/webhooks`);
  await app.ready;
  return app;
}

function messageOf(line: string): string {
  const record: unknown = JSON.parse(line);
  const hasMessage = typeof record === 'object' && record !== null && 'msg' in record;
  return hasMessage ? String(record.msg) : line;
}
