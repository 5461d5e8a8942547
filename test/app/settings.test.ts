import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SettingsError, settingsFrom, type Settings } from '../../app/settings.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const ENOUGH = { APP_ID: '12', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 'long-and-random-5be1', REBYTE_API_KEY: 'rbk_one' };

function read(environment: Record<string, string>, files: Record<string, string> = {}): Settings {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  return settingsFrom({ environment, readFile });
}

function problemsOf(environment: Record<string, string>, files: Record<string, string> = {}): readonly string[] {
  try {
    read(environment, files);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('the environment', () => {
  test('that is empty is answered with everything that is missing and where to get it', () => {
    const problems = problemsOf({});
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'APP_ID',
      'PRIVATE_KEY',
      'WEBHOOK_SECRET',
      'REBYTE_API_KEY',
    ]);
    expect(problems.join('\n')).toMatch(/settings page[\s\S]*Private keys[\s\S]*openssl rand[\s\S]*Rebyte's settings/);
  });

  test('that names the four is enough, and the rest has defaults', () => {
    const settings = read(ENOUGH);
    expect(settings).toMatchObject({
      appId: 12,
      host: '0.0.0.0',
      port: 3000,
      metricsHost: '127.0.0.1',
      metricsPort: 9464,
    });
    expect(settings).toMatchObject({ logLevel: 'info', apiKeys: new Map([['', 'rbk_one']]) });
    expect(Object.isFrozen(settings)).toBe(true);
    expect([settings.publicUrl, settings.githubApiUrl, settings.rebyteApiUrl]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    ['a PEM', { PRIVATE_KEY: PEM }],
    ['a PEM with \\n for its line breaks', { PRIVATE_KEY: PEM.replaceAll('\n', '\\n') }],
    ['a PEM in base64', { PRIVATE_KEY: Buffer.from(PEM).toString('base64') }],
    ['a file', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: 'key.pem' }],
  ])('gives the private key as %s', (_, variables) => {
    const settings = read({ ...ENOUGH, ...variables }, { 'key.pem': PEM });
    expect(settings.privateKey).toBe(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  });

  test('gives several accounts keys of their own, inline or in a file, beside one for all others', () => {
    const { apiKeys } = read(
      { ...ENOUGH, REBYTE_API_KEYS: '{"Acme":"rbk_acme"}', REBYTE_API_KEYS_FILE: 'keys.json' },
      { 'keys.json': '{"octo":" rbk_octo\\n"}' },
    );
    expect([...apiKeys]).toEqual([
      ['', 'rbk_one'],
      ['acme', 'rbk_acme'],
      ['octo', 'rbk_octo'],
    ]);
  });

  test.each([
    [{ APP_ID: 'Iv1.abc' }, 'it is a number'],
    [{ PRIVATE_KEY: 'rubbish' }, 'neither a PEM'],
    [{ PRIVATE_KEY: '', PRIVATE_KEY_PATH: 'gone.pem' }, 'gone.pem, which cannot be read'],
    [{ WEBHOOK_SECRET: 'development' }, 'WEBHOOK_SECRET is "development", which everybody knows'],
    [
      { WEBHOOK_SECRET: 'nineteen-characters' },
      'WEBHOOK_SECRET has 19 characters; 20 are the least. Make one (`openssl',
    ],
    [{ WEBHOOK_SECRET_OLD: 'development' }, 'which everybody knows'],
    [{ WEBHOOK_SECRET_OLD: ENOUGH.WEBHOOK_SECRET }, 'the same as WEBHOOK_SECRET'],
    [{ REBYTE_API_KEYS: 'rbk_secret' }, 'must be JSON'],
    [{ REBYTE_API_KEYS: '{"acme":7}' }, 'no usable key for "acme"'],
    [{ REBYTE_API_KEYS: '{"../x":"rbk_secret"}' }, 'no GitHub account'],
    [{ PUBLIC_URL: 'http://bot.example.com' }, 'https:// addresses only'],
    [{ PUBLIC_URL: 'bot.example.com' }, 'begins with https://'],
    [{ PORT: '70000' }, 'a port from 0'],
    [{ GHE_HOST: 'https://github.example.com' }, 'the host alone'],
    [{ GHE_HOST: 'github.example.com', GHE_PROTOCOL: 'ftp' }, 'give https or http'],
    [{ LOG_LEVEL: 'loud' }, 'one of trace, debug'],
    [{ RETENTION_DAYS: '6' }, 'RETENTION_DAYS is "6": give a whole number of days, 7 or more'],
    [{ RETENTION_DAYS: '1e3' }, 'a whole number of days'],
    [{ GITHUB_WRITES_PER_HOUR: '0' }, 'a whole number of writes, 10 or more'],
  ])('with %j is refused with a remedy', (variables, remedy) => {
    const problems = problemsOf({ ...ENOUGH, ...variables });
    expect(problems.join('\n')).toContain(remedy);
    expect(problems.join('\n')).not.toContain('rbk_secret');
  });

  test('keeps runs for ninety days unless it says otherwise', () => {
    expect(read(ENOUGH).retentionDays).toBe(90);
    expect(read({ ...ENOUGH, RETENTION_DAYS: '30' }).retentionDays).toBe(30);
  });

  test("keeps to GitHub's limits of writes, and on an Enterprise Server to those that it names", () => {
    const server = { ...ENOUGH, GHE_HOST: 'ghe.example.com' };
    expect(read(ENOUGH).writeLimits).toEqual({ perMinute: 80, perHour: 500 });
    expect(read(server).writeLimits).toBeUndefined();
    expect(read({ ...server, GITHUB_WRITES_PER_HOUR: '900' }).writeLimits).toEqual({ perMinute: 80, perHour: 900 });
  });

  test('leads to an Enterprise Server, and to a public address without a slash', () => {
    const settings = read({ ...ENOUGH, GHE_HOST: 'ghe.example.com', PUBLIC_URL: 'https://bot.example.com/app/' });
    expect(settings).toMatchObject({
      githubApiUrl: 'https://ghe.example.com/api/v3',
      publicUrl: 'https://bot.example.com/app',
    });
  });
});
