import type { Changes } from './changes.ts';
import type { PackOptions } from './pack-changes.ts';

/**
 * Packs commits that the remote does not have, and everything uncommitted but not ignored, into one bundle. A clean
 * checkout costs no process and loads nothing: `detectCheckout` has seen all that is needed. Nothing in the user's
 * repository changes.
 *
 * @throws GitError e.g. when a file cannot be read.
 */
export async function collectChanges(options: PackOptions): Promise<Changes> {
  const { local, status } = options.checkout;
  if (status.files.length === 0 && local.commits.length === 0) return { kind: 'none', skipped: [] };
  const { packChanges } = await import('./pack-changes.ts');
  return await packChanges(options);
}
