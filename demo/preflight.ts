import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** What the demo cannot do without. @throws {Error} that names what is missing and how to get it */
export async function preflight(root: string): Promise<void> {
  if (process.platform === 'win32') {
    throw new Error('The demo imitates a runner on Linux or macOS. On Windows, run it in WSL (`wsl --install`).');
  }
  if (!existsSync(path.join(root, 'dist/action/index.js'))) {
    throw new Error(
      'dist/action/index.js is missing: it is what the Action runs. Run `npm run build`, then this again.',
    );
  }
  await Promise.all(['git', 'bash'].map(ensureCommand));
}

async function ensureCommand(name: string): Promise<void> {
  try {
    await promisify(execFile)(name, ['--version']);
  } catch (error) {
    throw new Error(`The demo needs ${name}, and \`${name} --version\` does not work. Install ${name}.`, {
      cause: error,
    });
  }
}
