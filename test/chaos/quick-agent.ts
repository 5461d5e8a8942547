import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Long enough that a follow-up and a cancel can come while it works. */
const SECONDS = '0.3';

/**
 * Puts an agent at the head of PATH that costs a few milliseconds, where the demo agent costs a hundred: thousands of runs
 * are about the App, not about agents. Gives back what restores PATH.
 */
export async function installQuickAgent(directory: string): Promise<() => void> {
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'Done by $$.' });
  // Each time by another process: an issue whose text stays the same is not written again.
  const line = result.replaceAll('"', String.raw`\"`);
  await writeFile(join(bin, 'claude'), `#!/bin/sh\ncat >/dev/null\nsleep ${SECONDS}\necho "${line}"\n`);
  await chmod(join(bin, 'claude'), 0o755);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = [bin, path].join(delimiter);
  return () => {
    process.env['PATH'] = path;
  };
}
