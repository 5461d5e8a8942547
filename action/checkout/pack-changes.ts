import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BUNDLE_NAME, type Changes, CHANGES_REF } from './changes.ts';
import type { GitCheckout } from './checkout.ts';
import type { Git } from './git.ts';
import { runGit } from './git.ts';
import { makeScratchRepository } from './scratch-repository.ts';
import { sizeOfFiles } from './size-of-files.ts';
import { filesToAdd, leftBehind, takeSnapshot } from './snapshot.ts';

export interface PackOptions {
  readonly checkout: GitCheckout;
  /** For the bundle and what is needed to make it, e.g. RUNNER_TEMP. The bundle stays; all else is removed. */
  readonly directory: string;
  /** Default: 50 MiB, the most that Rebyte takes. */
  readonly maxBytes?: number;
  /** Default: the git on PATH. */
  readonly git?: Git;
}

const MAX_BUNDLE_BYTES = 50 * 1024 * 1024;

/** Files this many times larger than the limit will not pack below it: a forgotten data set is not worth minutes. */
const HOPELESS_RATIO = 20;

/** Packs what `collectChanges` found worth packing; see there. */
export async function packChanges(options: PackOptions): Promise<Changes> {
  const directory = await mkdtemp(resolve(options.directory, 'rebyte-'));
  const scratch = join(directory, 'scratch');
  let leftover = directory;
  try {
    const changes = await pack(options, { scratch, path: join(directory, BUNDLE_NAME) });
    if (changes.kind === 'bundle') leftover = scratch;
    return changes;
  } finally {
    await rm(leftover, { recursive: true, force: true });
  }
}

async function pack(options: PackOptions, to: { readonly scratch: string; readonly path: string }): Promise<Changes> {
  const { checkout, git = runGit, maxBytes = MAX_BUNDLE_BYTES } = options;
  const { sha, repository } = checkout;
  const { files } = checkout.status;
  const { commits, prerequisites } = checkout.local;
  const rawSize = await sizeOfFiles(checkout.root, filesToAdd(files));
  if (rawSize > maxBytes * HOPELESS_RATIO) return { kind: 'too_large', size: rawSize, limit: maxBytes };

  const scratch = await makeScratchRepository(repository, { directory: to.scratch, sha, git });
  const snapshot = files.length === 0 ? undefined : await takeSnapshot(repository, { sha, files, scratch, git });
  const headSha = snapshot?.commit ?? sha;
  const skipped = leftBehind(files);
  if (headSha === sha && commits.length === 0) return { kind: 'none', skipped };

  await scratch.git(['update-ref', CHANGES_REF, headSha]);
  await scratch.git(['bundle', 'create', '--quiet', to.path, CHANGES_REF, ...prerequisites.map((base) => `^${base}`)]);
  const { size } = await stat(to.path);
  if (size > maxBytes) return { kind: 'too_large', size, limit: maxBytes };
  const dirtyFiles = snapshot?.files ?? 0;
  return { kind: 'bundle', path: to.path, size, prerequisites, headSha, commits: commits.length, dirtyFiles, skipped };
}
