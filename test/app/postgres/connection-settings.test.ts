import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { fileURLToPath } from 'node:url';
import { openPostgresDatabase, type PostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { openPostgresQueue } from '../../../app/postgres/postgres-queue.ts';
import { StorageUnusable } from '../../../app/sql/storage-error.ts';
import { Handled, job } from '../../support/handled.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { realClock } from '../../support/real-clock.ts';

const CERTIFICATE = fileURLToPath(new URL('../../fixtures/tls/certificate.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../../fixtures/tls/key.pem', import.meta.url));

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ tls: { certificate: CERTIFICATE, key: KEY } });
});

afterAll(async () => {
  await server.close();
});

/** Works a job off, so that every kind of connection is there, and tells of each whether it is encrypted. */
async function connectionsWith(parameters: string): Promise<readonly boolean[]> {
  const database = await openPostgresDatabase(`${await server.createDatabase()}?${parameters}`, keepingLog());
  const queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog() });
  try {
    const handled = new Handled();
    queue.start((one) => {
      handled.add(one);
      return Promise.resolve();
    });
    await queue.add(job('one'), { lane: 'a' });
    await handled.reach(1);
    return await encrypted(database);
  } finally {
    await queue.drain(0);
    await database.close();
  }
}

async function encrypted(database: PostgresDatabase): Promise<readonly boolean[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ ssl: boolean }>`
        select ssl from pg_stat_ssl join pg_stat_activity using (pid)
        where datname = current_database() and application_name = 'rebyte-for-github'`.execute(db),
  );
  return rows.map(({ ssl }) => ssl);
}

test.each(['sslmode=verify-full&sslrootcert=' + encodeURIComponent(CERTIFICATE), 'sslmode=no-verify'])(
  'with %s every connection is encrypted, the listening one too',
  async (parameters) => {
    const connections = await connectionsWith(parameters);
    expect(connections.length).toBeGreaterThan(1);
    expect(new Set(connections)).toEqual(new Set([true]));
  },
);

test('without sslmode connections are not encrypted', async () => {
  expect(await connectionsWith('')).toContain(false);
});

/** What the person who set the App up is told. */
async function refusalOf(change: (url: URL) => void): Promise<string> {
  const url = new URL(await server.createDatabase());
  change(url);
  const error: unknown = await openPostgresDatabase(url.href, keepingLog()).catch((cause: unknown) => cause);
  if (!(error instanceof StorageUnusable)) throw new Error(`Not refused: ${String(error)}`);
  expect(error.message).not.toContain('only-for-tests');
  return error.message;
}

test.each(['verify-full', 'require'])('sslmode=%s refuses a certificate that nobody vouches for', async (mode) => {
  const refusal = await refusalOf((url) => (url.search = `sslmode=${mode}`));
  expect(refusal).toMatch(
    /^PostgreSQL at localhost:\d+\/test_\d+ does not let the App in: self-signed certificate.*sslrootcert=/,
  );
});

test('an authority that is no file is named', async () => {
  const refusal = await refusalOf((url) => (url.search = 'sslmode=verify-full&sslrootcert=/no/such/ca.pem'));
  expect(refusal).toMatch(/no\/such\/ca\.pem.*Name a file/);
});

test.each([
  ['a wrong password', (url: URL) => (url.password = 'wrong'), /Give a user and a password/],
  ['a user that is not there', (url: URL) => (url.username = 'nobody'), /Give a user and a password/],
  [
    'a database that is not there',
    (url: URL) => (url.pathname = '/elsewhere'),
    /"elsewhere" does not exist. Create the database/,
  ],
])('%s is refused with what to change, and nothing is tried again', async (_, change, remedy) => {
  expect(await refusalOf(change)).toMatch(remedy);
});

test('TLS that the server does not speak is refused', async () => {
  const plain = await startPostgres();
  try {
    const url = `${await plain.createDatabase()}?sslmode=no-verify`;
    await expect(openPostgresDatabase(url, keepingLog())).rejects.toThrow(/Switch TLS on there, or leave sslmode out/);
  } finally {
    await plain.close();
  }
});
