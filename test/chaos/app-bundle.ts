import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface AppBundle {
  readonly path: string;
  remove(): Promise<void>;
}

export interface AppBundleOptions {
  /** Below the checkout's root. Default: the App that can be told where to die, app-main.ts. */
  readonly entry?: string;
  /** Words of the program, and what it says in their place. Default: it stays as it is. */
  readonly replace?: Replacement;
}

interface Replacement {
  readonly from: string;
  readonly to: string;
}

/**
 * The App's program in a folder of its own, made once: what is started again and again must be the same program throughout,
 * whoever edits the sources meanwhile.
 *
 * @throws Error when it does not say what is to be replaced
 */
export async function bundleApp(options: AppBundleOptions = {}): Promise<AppBundle> {
  const { entry = 'test/chaos/app-main.ts', replace } = options;
  const build = ['scripts/run.mjs', '--build', entry];
  const { stdout } = await promisify(execFile)(process.execPath, build, { cwd: ROOT });
  const program = join(ROOT, stdout.trim());
  // Inside the checkout, where its packages are found.
  await mkdir(join(ROOT, 'build'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'build/app-'));
  await cp(dirname(program), folder, { recursive: true });
  if (replace !== undefined) await replaceIn(folder, replace);
  return {
    path: join(folder, basename(program)),
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}

async function replaceIn(folder: string, { from, to }: Replacement): Promise<void> {
  let isFound = false;
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.mjs'))) {
    const text = await readFile(join(folder, name), 'utf8');
    if (!text.includes(from)) continue;
    isFound = true;
    await writeFile(join(folder, name), text.replace(from, to));
  }
  if (!isFound) throw new Error(`The program does not say "${from}" any more: look for what it says now.`);
}
