import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SettingsError, settingsFrom } from '../../../app/settings.ts';
import { held, heldKey, leaks } from '../../support/planted-secrets.ts';
import { OLD_WEBHOOK_SECRET } from './planted-secrets.ts';
import { API_KEYS, WEBHOOK_SECRET } from './seed.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const DATABASE_PASSWORD = 'the-p4ssword-of-the-database';
const SHARED_API_KEY = 'rbk_shared_key_of_everybody_else';

/** Good values for all of them. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  APP_ID: '1',
  PRIVATE_KEY,
  WEBHOOK_SECRET,
  WEBHOOK_SECRET_OLD: OLD_WEBHOOK_SECRET,
  REBYTE_API_KEY: SHARED_API_KEY,
  REBYTE_API_KEYS: JSON.stringify(API_KEYS),
  // Nobody listens there.
  DATABASE_URL: `postgres://rebyte:${DATABASE_PASSWORD}@127.0.0.1:9/rebyte?connect_timeout=1`,
  HOST: '127.0.0.1',
  PORT: '0',
  METRICS_PORT: '0',
};

const PLANTED = [
  heldKey('the private key', PRIVATE_KEY),
  held('the webhook secret', WEBHOOK_SECRET),
  held('the old webhook secret', OLD_WEBHOOK_SECRET),
  held('the password of the database', DATABASE_PASSWORD),
  held('the shared API key', SHARED_API_KEY),
  ...Object.entries(API_KEYS).map(([account, key]) => held(`the API key of ${account}`, key)),
];

/** Variables whose values are quoted when they do not fit, and those that hold secrets of another form. */
const WRONG = [
  'APP_ID',
  'PRIVATE_KEY',
  'REBYTE_API_KEYS',
  'DATABASE_URL',
  'PORT',
  'METRICS_PORT',
  'LOG_LEVEL',
  'PUBLIC_URL',
  'REBYTE_API_URL',
  'GHE_HOST',
  'GHE_PROTOCOL',
  'RETENTION_DAYS',
  'PRIVATE_KEY_PATH',
  'REBYTE_API_KEYS_FILE',
];

/** What is said of an environment; '' when it does. */
function saidOf(environment: Readonly<Record<string, string | undefined>>): string {
  try {
    settingsFrom({ environment, readFile: (path) => readFileSync(path, 'utf8') });
    return '';
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}

describe('a secret that went into the wrong variable is not said', () => {
  test.each(WRONG)('%s', (name) => {
    const told = PLANTED.flatMap((secret) => secret.told);
    const said = told.map((value) => saidOf({ ...ENVIRONMENT, [name]: value }));
    expect(leaks(PLANTED, { [name]: said.join('\n') })).toEqual([]);
  });

  test.each(['PUBLIC_URL', 'REBYTE_API_URL'])('not even from %s, whose last slash counts for nothing', (name) => {
    const secret = 'a-secret-that-ends-with-a-slash/';
    const said = saidOf({ ...ENVIRONMENT, WEBHOOK_SECRET: secret, [name]: secret });
    expect(said).toContain(`${name} is "***"`);
  });

  test('and neither is one in a list of accounts', () => {
    const json = JSON.stringify(Object.fromEntries(PLANTED.flatMap(({ told }) => told.map((value) => [value, value]))));
    const said = saidOf({ ...ENVIRONMENT, REBYTE_API_KEYS: json });
    expect(said).toContain('REBYTE_API_KEYS names');
    expect(leaks(PLANTED, { REBYTE_API_KEYS: said })).toEqual([]);
  });
});

test('a database that nobody can reach is named without its password', async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [, script = '', entry = ''] = scripts.start.split(' ');
  const env = { PATH: process.env['PATH'] ?? '', ...ENVIRONMENT };
  const app = spawn(process.execPath, [join(root, script), entry], { cwd: tmpdir(), env });
  const [out, error] = await Promise.all([text(app.stdout), text(app.stderr), once(app, 'close')]);
  expect(app.exitCode).toBe(1);
  expect(error).toContain('PostgreSQL');
  expect(leaks(PLANTED, { 'standard output': out, 'standard error': error })).toEqual([]);
}, 60_000);
