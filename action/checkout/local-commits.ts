import type { Git } from './git.ts';
import type { Repository } from './repository.ts';
import { repositoryArguments } from './repository.ts';

/** How HEAD stands to what the remote has. */
export interface LocalCommits {
  /** Commits that only the workspace has, newest first. */
  readonly commits: readonly string[];
  /** The commits of the remote that those were built on; HEAD itself when there are none. Empty: nothing is shared. */
  readonly prerequisites: readonly string[];
}

export interface LocalCommitsQuery {
  readonly sha: string;
  readonly remoteName: string | undefined;
  /** Commits that the remote is known to have; those not in this repository are passed over. */
  readonly knownRemoteShas: readonly string[];
  readonly git: Git;
}

/** Tags are no proof: the job may have made them. `refs/remotes/pull` is where actions/checkout puts merge refs. */
export async function findLocalCommits(repository: Repository, query: LocalCommitsQuery): Promise<LocalCommits> {
  const { sha, remoteName, knownRemoteShas, git } = query;
  const tracked = remoteName === undefined ? [] : ['--not', `--remotes=${remoteName}`, '--remotes=pull'];
  // The shas go by standard input: a shallow clone of many branches has more than a command line takes.
  const args = [
    ...repositoryArguments(repository),
    'rev-list',
    '--boundary',
    '--ignore-missing',
    '--stdin',
    sha,
    ...tracked,
  ];
  const input = Buffer.from(knownRemoteShas.map((known) => `^${known}\n`).join(''));
  const lines = (await git(args, { cwd: repository.root, input })).toString('latin1').split('\n').filter(Boolean);
  const commits = lines.filter((line) => !line.startsWith('-'));
  const boundary = lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));
  return { commits, prerequisites: commits.length === 0 ? [sha] : boundary };
}
