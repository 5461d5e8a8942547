import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
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
  /** Changes the program. Default: it stays as it is. */
  readonly edit?: (program: string) => string;
}

/**
 * The App's process as one file, made once: what is started again and again must be the same program throughout, whoever
 * edits the sources meanwhile.
 */
export async function bundleApp(options: AppBundleOptions = {}): Promise<AppBundle> {
  const { entry = 'test/chaos/app-main.ts', edit = (program) => program } = options;
  const name = entry.replaceAll('/', '-').replace(/\.ts$/, '');
  // Inside the checkout, where its packages are found.
  const path = `${ROOT}build/run/${name}-${process.pid}.mjs`;
  // It bundles, then runs what it bundled; without any settings that ends at once.
  await promisify(execFile)(process.execPath, ['scripts/run.mjs', entry], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '' },
  }).catch((error: unknown) => {
    if (!String(error).includes('APP_ID is missing')) throw error;
  });
  await writeFile(path, edit(await readFile(`${ROOT}build/run/${name}.mjs`, 'utf8')));
  return { path, remove: async () => await rm(path, { force: true }) };
}
