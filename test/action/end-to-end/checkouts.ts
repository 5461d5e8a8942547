import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { git, type World } from './world.ts';

/** Where the bare repository of `owner/name` lies on the emulated GitHub's disk. */
export function bareOf(world: World, repository: string): string {
  return path.join(world.directory, 'server', `${repository}.git`);
}

/** Pushes one commit on top of `from` (or of nothing) to `ref` of the bare repository, which is made when it is missing. */
export function pushCommit(
  world: World,
  { repository, ref, from, message }: { repository: string; ref: string; from?: string; message: string },
): string {
  const bare = bareOf(world, repository);
  mkdirSync(bare, { recursive: true });
  git(bare, 'init', '-q', '--bare', '-b', 'main');
  git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const author = path.join(world.directory, `author-${message.replaceAll(/\W/g, '-')}`);
  mkdirSync(author);
  git(author, 'init', '-q', '-b', 'work');
  if (from !== undefined) git(author, 'pull', '-q', pathToFileURL(bareOf(world, 'acme/api')).href, from);
  writeFileSync(path.join(author, 'told.txt'), `${message}\n`);
  git(author, 'add', '-A');
  git(author, 'commit', '-q', '-m', message);
  git(author, 'push', '-q', pathToFileURL(bare).href, `work:${ref}`);
  return git(author, 'rev-parse', 'HEAD');
}

export interface CheckoutPlan {
  readonly folder: string;
  readonly repository: string;
  /** As actions/checkout fetches: one refspec, one commit deep. */
  readonly refspec: string;
  readonly checkout: readonly string[];
  /** Default: the repository on the emulated GitHub. */
  readonly remote?: string;
}

/** Leaves a folder as actions/checkout does. */
export function checkOut(world: World, { folder, repository, refspec, checkout, remote }: CheckoutPlan): void {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q');
  git(folder, 'remote', 'add', 'origin', pathToFileURL(bareOf(world, repository)).href);
  git(folder, 'fetch', '-q', '--no-tags', '--depth=1', 'origin', refspec);
  git(folder, 'checkout', '-q', '--force', ...checkout);
  git(folder, 'remote', 'set-url', 'origin', remote ?? `${world.github.url}/${repository}`);
}

/** A branch of a repository, checked out as after a push. */
export function checkOutBranch(world: World, folder: string, repository: string, branch = 'main'): void {
  const refspec = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
  checkOut(world, { folder, repository, refspec, checkout: ['-B', branch, `refs/remotes/origin/${branch}`] });
}

/** Every file below a folder but git's own: its kind, whether it can be run, and a digest of what is in it. */
export function filesIn(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    const status = lstatSync(file);
    if (name.split(path.sep).includes('.git') || status.isDirectory()) continue;
    found[name] = status.isSymbolicLink()
      ? `link to ${readlinkSync(file)}`
      : `${(status.mode & 0o100) === 0 ? 'file' : 'script'} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
  }
  return found;
}

/** The agent's clone in a workspace of the emulated Rebyte; without a name its code folder. */
export function agentFolder(world: World, workspaceId: string | undefined, name = ''): string {
  return path.join(world.rebyte.directory, 'workspaces', workspaceId ?? '', 'code', name);
}
