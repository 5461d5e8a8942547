import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a working tree and its git data lie. All paths are absolute. */
export interface Repository {
  /** The top of the working tree. */
  readonly root: string;
  /** HEAD, FETCH_HEAD and the index; one per worktree. */
  readonly gitDirectory: string;
  /** Objects, refs and config; shared by all worktrees. */
  readonly commonDirectory: string;
}

/**
 * The repository that `directory` lies in, or undefined. Found by looking for `.git` on the way up, which saves a
 * process; synchronously, so that git is at work before the rest of the Action loads. It never climbs above `ceiling`: a
 * self-hosted runner may itself live in somebody's repository.
 */
export function findRepository(directory: string, ceiling?: string): Repository | undefined {
  const top = ceiling === undefined ? undefined : resolve(ceiling);
  for (let root = resolve(directory); ; root = dirname(root)) {
    const gitDirectory = gitDirectoryOf(root);
    if (gitDirectory !== undefined) {
      return { root, gitDirectory, commonDirectory: commonDirectoryOf(gitDirectory) };
    }
    if (root === top || root === dirname(root)) return undefined;
  }
}

/**
 * Arguments that name the repository outright. git then skips its ownership check ("dubious ownership"), which fails
 * in container jobs, where the workspace belongs to another user. `-c safe.directory` would not do: git 2.35.2 to
 * 2.37 ignore it on the command line. We trust the workspace as the job itself does, which runs code from it.
 */
export function repositoryArguments(repository: Repository): string[] {
  return [`--git-dir=${repository.gitDirectory}`, `--work-tree=${repository.root}`];
}

/**
 * Commits that came from a remote although no ref need say so: the edge of a shallow clone, and what the last fetch
 * from `remoteUrl` brought. actions/checkout with `ref: <sha>` leaves nothing else behind.
 */
export function fetchedCommits(repository: Repository, remoteUrl: string | undefined): string[] {
  const shallow = readIfThere(join(repository.commonDirectory, 'shallow'));
  const fetchHead = readIfThere(join(repository.gitDirectory, 'FETCH_HEAD'));
  const fetched = fetchHead.split('\n').filter((line) => remoteUrl !== undefined && cameFrom(line, remoteUrl));
  return [...shallow.split('\n'), ...fetched].flatMap((line) => /^[0-9a-f]{40,64}\b/.exec(line)?.[0] ?? []);
}

/** FETCH_HEAD ends each line with the URL, less `.git` and any credentials. */
function cameFrom(line: string, remoteUrl: string): boolean {
  const url = remoteUrl.replace(/\/\/[^/@]*@/, '//').replace(/\/*(?:\.git)?\/*$/, '');
  return line.endsWith(` ${url}`) || line.endsWith(`\t${url}`);
}

/** The text of the configuration that all worktrees share; '' when it cannot be read. */
export function configText({ commonDirectory }: Repository): string {
  return readIfThere(join(commonDirectory, 'config'));
}

function gitDirectoryOf(root: string): string | undefined {
  const path = join(root, '.git');
  const found = statIfThere(path);
  if (found?.isDirectory() === true) return path;
  if (found?.isFile() !== true) return undefined;
  // A linked worktree or a submodule: https://git-scm.com/docs/gitrepository-layout
  const target = /^gitdir: (.+)$/m.exec(readIfThere(path))?.[1];
  return target === undefined ? undefined : resolve(root, target);
}

function commonDirectoryOf(gitDirectory: string): string {
  const common = readIfThere(join(gitDirectory, 'commondir'));
  return common === '' ? gitDirectory : resolve(gitDirectory, common.trim());
}

function statIfThere(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined; // Not there, or not for us.
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Not there, or not for us.
  }
}
