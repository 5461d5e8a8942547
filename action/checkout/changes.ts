import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { GitCheckout } from './checkout.ts';
import type { Git } from './git.ts';
import { runGit } from './git.ts';
import { makeScratchRepository } from './scratch-repository.ts';
import { sizeOfFiles } from './size-of-files.ts';
import { filesToAdd, leftBehind, takeSnapshot } from './snapshot.ts';

/** How the workspace differs from what the remote has. */
export type Changes = NoChanges | ChangesBundle | ChangesTooLarge;

export interface NoChanges {
  readonly kind: 'none';
  /** As in {@link ChangesBundle}. */
  readonly skipped: readonly string[];
}

/** A git bundle with one ref, {@link CHANGES_REF}. */
export interface ChangesBundle {
  readonly kind: 'bundle';
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Commits that a clone must have before it can take the bundle. Empty: the bundle holds the whole history. */
  readonly prerequisites: readonly string[];
  /** HEAD with everything uncommitted on top, as one commit. */
  readonly headSha: string;
  /** Commits that the remote does not have, the snapshot not counted. */
  readonly commits: number;
  /** Files that differ from HEAD and are in the bundle. */
  readonly dirtyFiles: number;
  /** What did not come along and why, one sentence each, safe as Markdown. */
  readonly skipped: readonly string[];
}

export interface ChangesTooLarge {
  readonly kind: 'too_large';
  /** Bytes: of the bundle, or of the files when those were so many that none was made. */
  readonly size: number;
  readonly limit: number;
}

export interface CollectOptions {
  readonly checkout: GitCheckout;
  /** For the bundle and what is needed to make it, e.g. RUNNER_TEMP. The bundle stays; all else is removed. */
  readonly directory: string;
  /** Default: 50 MiB, the most that Rebyte takes. */
  readonly maxBytes?: number;
  /** Default: the git on PATH. */
  readonly git?: Git;
}

/** The file's name, which the agent's instructions repeat. */
export const BUNDLE_NAME = 'rebyte-changes.bundle';

export const CHANGES_REF = 'refs/rebyte/changes';

const MAX_BUNDLE_BYTES = 50 * 1024 * 1024;

/** Files this many times larger than the limit will not pack below it: a forgotten data set is not worth minutes. */
const HOPELESS_RATIO = 20;

/**
 * Packs commits that the remote does not have, and everything uncommitted but not ignored, into one bundle. A clean
 * checkout costs no process: `detectCheckout` has seen all that is needed. Nothing in the user's repository changes.
 *
 * @throws GitError e.g. when a file cannot be read.
 */
export async function collectChanges(options: CollectOptions): Promise<Changes> {
  const { local, status } = options.checkout;
  if (status.files.length === 0 && local.commits.length === 0) return { kind: 'none', skipped: [] };
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

async function pack(
  options: CollectOptions,
  to: { readonly scratch: string; readonly path: string },
): Promise<Changes> {
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
