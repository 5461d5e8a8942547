import { settingsFrom, type Settings } from '../../../app/settings.ts';
import type { EmulatedGitHub } from '../../../emulator/github/index.ts';
import { API_KEYS, APP, WEBHOOK_SECRET } from './seed.ts';

export type Environment = Readonly<Record<string, string>>;

/** What the App is started with, everything on this machine. */
export function environmentFor(
  github: EmulatedGitHub,
  { rebyteUrl, publicUrl }: { rebyteUrl: string; publicUrl: string },
): Environment {
  const { id, privateKey } = github.app(APP);
  return {
    APP_ID: String(id),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET,
    REBYTE_API_KEYS: JSON.stringify(API_KEYS),
    REBYTE_API_URL: rebyteUrl,
    PUBLIC_URL: publicUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    GHE_PROTOCOL: 'http',
    GHE_HOST: new URL(github.url).host,
    LOG_LEVEL: 'debug',
    DATABASE_URL: 'memory:',
  };
}

/** As the App reads them. */
export function settingsFor(environment: Environment): Settings {
  return settingsFrom({ environment, readFile: refuse });
}

function refuse(name: string): string {
  throw new Error(`The tests name no file, and ${name} was asked for.`);
}
