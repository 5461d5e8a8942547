import type { EmulatedGitHub } from '../../emulator/github/index.ts';
import { API_KEY, APP, WEBHOOK_SECRET } from './places.ts';

export interface Addresses {
  readonly rebyteUrl: string;
  readonly publicUrl: string;
  readonly databaseUrl: string;
}

/** What the App is started with, everything on this machine. */
export function environmentFor(
  github: EmulatedGitHub,
  { rebyteUrl, publicUrl, databaseUrl }: Addresses,
): Readonly<Record<string, string>> {
  const { id, privateKey } = github.app(APP);
  return {
    APP_ID: String(id),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET,
    REBYTE_API_KEY: API_KEY,
    REBYTE_API_URL: rebyteUrl,
    PUBLIC_URL: publicUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    GHE_PROTOCOL: 'http',
    GHE_HOST: new URL(github.url).host,
    LOG_LEVEL: 'info',
    DATABASE_URL: databaseUrl,
  };
}
