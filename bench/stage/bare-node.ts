import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { now } from '../numbers.ts';

/**
 * Milliseconds from start to exit of `node -e 0`: what any program on Node pays on this machine at this moment.
 * Without variables, as the Action gets none of ours: some of them make Node read files before it begins.
 */
export async function bareNode(): Promise<number> {
  const startedAt = now();
  await once(spawn(process.execPath, ['-e', '0'], { env: {}, stdio: 'ignore' }), 'exit');
  return now() - startedAt;
}
