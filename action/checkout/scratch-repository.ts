import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import type { Repository } from './repository.ts';

/**
 * A bare repository of our own that borrows the objects of the user's. New objects, the ref and the index go here, so
 * that the user's repository stays as it is; and its config is ours, so that no credential of theirs is near.
 */
export interface ScratchRepository {
  /** Its own copy of the user's index; all staged changes are in it. */
  readonly index: string;
  readonly objects: string;
  /** Runs git in it. */
  git(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
}

/** Written by hand, not by `git init`: one process less, and no template of the machine's gets in. */
export async function makeScratchRepository(
  repository: Repository,
  options: { readonly directory: string; readonly sha: string; readonly git: Git },
): Promise<ScratchRepository> {
  const { directory } = options;
  const objects = join(directory, 'objects');
  const index = join(directory, 'index');
  await Promise.all([
    mkdir(join(objects, 'info'), { recursive: true }),
    mkdir(join(directory, 'refs'), { recursive: true }),
  ]);
  await Promise.all([
    writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n'),
    writeFile(join(directory, 'config'), configFor(options.sha)),
    writeFile(join(objects, 'info', 'alternates'), `${alternate(join(repository.commonDirectory, 'objects'))}\n`),
    // Without it git would look for the parents that a shallow clone does not have.
    copyIfThere(join(repository.commonDirectory, 'shallow'), join(directory, 'shallow')),
    copyIfThere(join(repository.gitDirectory, 'index'), index),
  ]);
  return {
    index,
    objects,
    git: async (args, env = {}) => {
      const output = await options.git([`--git-dir=${directory}`, ...args], { cwd: directory, env });
      return output.toString('latin1').trim();
    },
  };
}

function configFor(sha: string): string {
  if (sha.length === 40) return '[core]\n\trepositoryFormatVersion = 0\n\tbare = true\n';
  return '[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n';
}

/** A line of the alternates file; quoted, it may hold anything: https://git-scm.com/docs/gitrepository-layout */
function alternate(path: string): string {
  return `"${path.replaceAll('\\', '/').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
