import { createPrivateKey } from 'node:crypto';
import { retentionDaysFrom, writeLimitsFrom } from './limits-settings.ts';
import { maskFor } from '../shared/domain/mask-for.ts';
import type { WriteLimits } from '../shared/domain/pace.ts';
import { storageFrom, type StorageSettings } from './storage-settings.ts';
import { messageOf } from '../shared/model/message-of.ts';

/** Probot's own default, which everybody knows. */
const NO_SECRET = 'development';
/** The marks in our comments are made with it and everybody reads them: a shorter one could be found by trying. */
const LEAST_SECRET_CHARS = 20;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that the App takes from its environment. */
export interface Settings {
  readonly appId: number;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** The one before, while it is being replaced: what was signed or derived with it is still taken, nothing new is. */
  readonly oldWebhookSecret?: string;
  /** Rebyte's keys by GitHub account, in lower case. The one under '' serves every account that has none of its own. */
  readonly apiKeys: ReadonlyMap<string, string>;
  /** Where Rebyte reaches this server, without a slash at the end. Absent: no webhooks, results come by the sweep. */
  readonly publicUrl?: string;
  readonly host: string;
  readonly port: number;
  readonly metricsHost: string;
  readonly metricsPort: number;
  /** Root of GitHub's REST API; absent for github.com. */
  readonly githubApiUrl?: string;
  /** Absent for Rebyte's own. */
  readonly rebyteApiUrl?: string;
  readonly logLevel: LogLevel;
  readonly storage: StorageSettings;
  /** How long settled runs are kept. Default 90. */
  readonly retentionDays?: number;
  /** What an installation may write on GitHub. Absent: as much as GitHub takes. */
  readonly writeLimits?: WriteLimits;
}

export interface SettingsSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
}

/** The environment does not do: lists every variable to mend, each with where its value comes from. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`).join('\n');
    super(`The App cannot start. Mend this in the environment or in .env (docs/app.md explains each):\n${list}`);
    this.problems = problems;
  }
}

/**
 * Reads the environment, once.
 *
 * @throws SettingsError naming everything that is missing or wrong, never a value that is secret.
 */
export function settingsFrom(sources: SettingsSources): Settings {
  const problems: string[] = [];
  const reader = readerOf(sources, problems);
  const publicUrl = publicUrlFrom(reader);
  const githubApiUrl = githubApiUrlFrom(reader);
  const rebyteApiUrl = reader.url('REBYTE_API_URL');
  const writeLimits = writeLimitsFrom(reader, githubApiUrl !== undefined);
  const oldWebhookSecret = oldWebhookSecretFrom(reader);
  const settings: Settings = {
    appId: appIdFrom(reader),
    privateKey: privateKeyFrom(reader),
    webhookSecret: webhookSecretFrom(reader),
    ...(oldWebhookSecret !== undefined && { oldWebhookSecret }),
    apiKeys: apiKeysFrom(reader),
    ...(publicUrl !== undefined && { publicUrl }),
    host: reader.text('HOST') ?? '0.0.0.0',
    port: reader.port('PORT', 3000),
    metricsHost: reader.text('METRICS_HOST') ?? '127.0.0.1',
    metricsPort: reader.port('METRICS_PORT', 9464),
    ...(githubApiUrl !== undefined && { githubApiUrl }),
    ...(rebyteApiUrl !== undefined && { rebyteApiUrl }),
    logLevel: logLevelFrom(reader),
    storage: storageSettingsFrom(reader),
    retentionDays: retentionDaysFrom(reader),
    ...(writeLimits !== undefined && { writeLimits }),
  };
  // A value that went into the wrong variable is quoted there.
  if (problems.length > 0) throw new SettingsError(problems.map(maskFor(secretsIn(reader))));
  return Object.freeze(settings);
}

/** Whatever of the environment nobody may read, be it good or not. */
function secretsIn({ text }: Reader): readonly string[] {
  const plain = ['PRIVATE_KEY', 'WEBHOOK_SECRET', 'WEBHOOK_SECRET_OLD', 'REBYTE_API_KEY', 'REBYTE_API_KEYS'].map(text);
  const keys = accountsIn(text('REBYTE_API_KEYS') ?? '')?.map(([, key]) => String(key)) ?? [];
  const url = text('DATABASE_URL') ?? '';
  const password = URL.canParse(url) ? new URL(url).password : '';
  const given = plain.filter((value) => value !== undefined).filter((value) => value !== NO_SECRET);
  return [...given, ...keys, password];
}

interface Reader {
  /** Trimmed; undefined when it is missing or empty. */
  readonly text: (name: string) => string | undefined;
  readonly port: (name: string, preset: number) => number;
  /** An http(s) address, without a slash at the end. */
  readonly url: (name: string) => string | undefined;
  /** The text of the file that the variable names. */
  readonly file: (name: string) => string | undefined;
  readonly problem: (text: string) => void;
}

function readerOf({ environment, readFile }: SettingsSources, problems: string[]): Reader {
  const text = (name: string) => environment[name]?.trim() || undefined;
  const problem = (sentence: string) => void problems.push(sentence);
  return {
    text,
    problem,
    port: (name, preset) => {
      const given = text(name);
      const port = given === undefined ? preset : Number(given);
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        problem(`${name} is "${given}": give a port from 0 to 65535, 0 for a free one.`);
      return port;
    },
    url: (name) => {
      const given = text(name);
      if (given === undefined) return undefined;
      // Quoted whole: of a secret that ends with a slash the mask would not know the rest.
      if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
        problem(`${name} is "${given}": give an address that begins with https://.`);
      return given.replace(/\/+$/, '');
    },
    file: (name) => {
      const path = text(name);
      if (path === undefined) return undefined;
      try {
        return readFile(path);
      } catch (error) {
        problem(`${name} names ${path}, which cannot be read: ${error instanceof Error ? error.message : 'unknown'}.`);
        return undefined;
      }
    },
  };
}

function appIdFrom({ text, problem }: Reader): number {
  const given = text('APP_ID');
  if (given === undefined) problem("APP_ID is missing. It stands on top of your GitHub App's settings page.");
  else if (!/^\d{1,15}$/.test(given)) problem(`APP_ID is "${given}": it is a number, not the client id or the name.`);
  return Number(given);
}

function privateKeyFrom({ text, file, problem }: Reader): string {
  const given = text('PRIVATE_KEY') ?? file('PRIVATE_KEY_PATH')?.trim();
  if (given === undefined) {
    if (text('PRIVATE_KEY_PATH') === undefined)
      problem(
        'PRIVATE_KEY is missing. Generate one under "Private keys" on your GitHub App\'s settings page, and give the ' +
          'PEM, the PEM in base64, or its file in PRIVATE_KEY_PATH.',
      );
    return '';
  }
  const pem = given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : Buffer.from(given, 'base64').toString();
  try {
    return createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    // What it says would quote nothing useful, and nothing of a key belongs in a message.
    problem('PRIVATE_KEY is neither a PEM nor a PEM in base64. Take the .pem file that GitHub gave you as it is.');
    return '';
  }
}

function webhookSecretFrom({ text, problem }: Reader): string {
  const given = text('WEBHOOK_SECRET');
  const remedy =
    'Make one (`openssl rand -hex 32`) and enter it here and as "Webhook secret" on your GitHub App\'s settings page.';
  if (given === undefined) problem(`WEBHOOK_SECRET is missing. ${remedy}`);
  else if (given === NO_SECRET) problem(`WEBHOOK_SECRET is "${NO_SECRET}", which everybody knows. ${remedy}`);
  else if (given.length < LEAST_SECRET_CHARS)
    problem(`WEBHOOK_SECRET has ${given.length} characters; ${LEAST_SECRET_CHARS} are the least. ${remedy}`);
  return given ?? '';
}

function oldWebhookSecretFrom({ text, problem }: Reader): string | undefined {
  const given = text('WEBHOOK_SECRET_OLD');
  if (given === undefined) return undefined;
  if (given === NO_SECRET) problem(`WEBHOOK_SECRET_OLD is "${NO_SECRET}", which everybody knows. Remove it.`);
  if (given === text('WEBHOOK_SECRET'))
    problem('WEBHOOK_SECRET_OLD is the same as WEBHOOK_SECRET. Give the new secret there, or remove this one.');
  return given;
}

const KEY_REMEDY = "Make a key in Rebyte's settings; it begins with rbk_.";

function apiKeysFrom(reader: Reader): ReadonlyMap<string, string> {
  const { text, file, problem } = reader;
  const keys = new Map<string, string>();
  const shared = text('REBYTE_API_KEY');
  if (shared !== undefined) keys.set('', shared);
  for (const name of ['REBYTE_API_KEYS', 'REBYTE_API_KEYS_FILE']) {
    const json = name === 'REBYTE_API_KEYS' ? text(name) : file(name);
    if (json !== undefined) addAccounts(keys, { json, name, problem });
  }
  const named = ['REBYTE_API_KEY', 'REBYTE_API_KEYS', 'REBYTE_API_KEYS_FILE'].some((name) => text(name) !== undefined);
  if (!named)
    problem(
      `REBYTE_API_KEY is missing. ${KEY_REMEDY} ` +
        'For several GitHub accounts give REBYTE_API_KEYS, or its file in REBYTE_API_KEYS_FILE: {"account": "rbk_…"}.',
    );
  return keys;
}

function addAccounts(
  keys: Map<string, string>,
  { json, name, problem }: { json: string; name: string; problem: (text: string) => void },
): void {
  for (const [account, key] of accountsIn(json) ?? []) {
    if (!/^[a-z\d](?:[a-z\d_-]{0,99})$/i.test(account))
      problem(`${name} names "${account}", which is no GitHub account.`);
    else if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key.trim()))
      problem(`${name} has no usable key for "${account}". ${KEY_REMEDY}`);
    else keys.set(account.toLowerCase(), key.trim());
  }
  if ((accountsIn(json) ?? []).length === 0)
    problem(`${name} must be JSON such as {"acme": "rbk_…", "octo": "rbk_…"}.`);
}

function accountsIn(json: string): readonly (readonly [string, unknown])[] | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.entries(parsed) : undefined;
  } catch {
    // The caller says what it should look like; what it does look like may hold keys.
    return undefined;
  }
}

function publicUrlFrom({ url, problem }: Reader): string | undefined {
  const given = url('PUBLIC_URL');
  if (given === undefined || !URL.canParse(given)) return given;
  const { protocol, hostname, search, hash } = new URL(given);
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !local) problem(`PUBLIC_URL is "${given}": Rebyte posts to https:// addresses only.`);
  if (search !== '' || hash !== '') problem(`PUBLIC_URL is "${given}": give it without "?" and "#".`);
  return given;
}

function githubApiUrlFrom({ text, problem }: Reader): string | undefined {
  const host = text('GHE_HOST');
  if (host === undefined) return undefined;
  const protocol = text('GHE_PROTOCOL') ?? 'https';
  if (!/^https?$/.test(protocol)) problem(`GHE_PROTOCOL is "${protocol}": give https or http.`);
  if (/[/\s]/.test(host)) problem(`GHE_HOST is "${host}": give the host alone, such as github.example.com.`);
  return `${protocol}://${host}/api/v3`;
}

function storageSettingsFrom({ text, problem }: Reader): StorageSettings {
  try {
    return storageFrom(text('DATABASE_URL'));
  } catch (error) {
    problem(messageOf(error));
    return { kind: 'memory' };
  }
}

function logLevelFrom({ text, problem }: Reader): LogLevel {
  const given = text('LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((each) => each === given.toLowerCase());
  if (level === undefined) problem(`LOG_LEVEL is "${given}": give one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}
