import { execFile } from 'node:child_process';
import { copyFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface AppBundle {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * The App's process as one file, made once: what is started again and again must be the same program throughout, whoever
 * edits the sources meanwhile.
 */
export async function bundleApp(): Promise<AppBundle> {
  const made = `${ROOT}build/run/test-chaos-app-main.mjs`;
  // Inside the checkout, where its packages are found.
  const path = `${ROOT}build/run/chaos-app-${process.pid}.mjs`;
  // It bundles, then runs what it bundled; without any settings that ends at once.
  await promisify(execFile)(process.execPath, ['scripts/run.mjs', 'test/chaos/app-main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '' },
  }).catch((error: unknown) => {
    if (!String(error).includes('APP_ID is missing')) throw error;
  });
  await copyFile(made, path);
  return { path, remove: async () => await rm(path, { force: true }) };
}
