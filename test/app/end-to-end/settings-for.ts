import { settingsFrom, type Settings } from '../../../app/settings.ts';
import type { EmulatedGitHub } from '../../../emulator/github/index.ts';
import { API_KEYS, APP, WEBHOOK_SECRET } from './seed.ts';

/** As the App reads them from its environment, with everything on this machine. */
export function settingsFor(
  github: EmulatedGitHub,
  { rebyteUrl, publicUrl }: { rebyteUrl: string; publicUrl: string },
): Settings {
  const { id, privateKey } = github.app(APP);
  const environment = {
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
  };
  return settingsFrom({ environment, readFile: refuse });
}

function refuse(name: string): string {
  throw new Error(`The tests name no file, and ${name} was asked for.`);
}
