import type { Checkout } from './checkout.ts';
import { chooseTask, eventCommits } from './choose-task.ts';
import { codeSpan } from './code-span.ts';
import type { GitHubEvent } from './event.ts';
import { sameName } from './event.ts';
import type { Git } from './git.ts';
import { GitError, runGit } from './git.ts';
import type { LocalCommits } from './local-commits.ts';
import { findLocalCommits } from './local-commits.ts';
import type { ConfiguredRemote, RemoteAddress } from './remote.ts';
import { chooseRemote, parseConfiguredRemotes, parseRemotes, parseRemoteUrl } from './remote.ts';
import type { Repository } from './repository.ts';
import { configText, fetchedCommits, findRepository, repositoryArguments } from './repository.ts';
import type { WorkingTreeStatus } from './status.ts';
import { parseStatus, STATUS_ARGUMENTS } from './status.ts';

export type { Checkout } from './checkout.ts';

export interface DetectOptions {
  /** GITHUB_WORKSPACE or the step's working directory; anywhere inside the repository. */
  readonly directory: string;
  /** Never look above this folder. Default: up to the root of the file system. */
  readonly ceiling?: string;
  readonly github: GitHubEvent;
  /** Default: the git on PATH. */
  readonly git?: Git;
}

/**
 * Finds out what is checked out at `directory`. One process of git in the usual case, which is started before this
 * returns; another when the config file does not tell the remote, and when HEAD is not known to be on it. Never rejects for the state of the workspace: what is no usable
 * checkout is `none`, with the reason.
 */
export async function detectCheckout(options: DetectOptions): Promise<Checkout> {
  const { directory, github, git = runGit } = options;
  const repository = findRepository(directory, options.ceiling);
  if (repository === undefined) {
    return { kind: 'none', reason: `There is no git repository at ${codeSpan(directory)}.` };
  }
  try {
    const run = (args: readonly string[]) =>
      git([...repositoryArguments(repository), ...args], { cwd: repository.root });
    const running = run(STATUS_ARGUMENTS);
    const plain = parseConfiguredRemotes(configText(repository));
    const status = parseStatus(await running);
    const remotes = isWhatWeExpect(plain, status, github) ? plain : parseRemotes(await run(['remote', '-v']));
    return await describe(repository, { status, remotes, github, git });
  } catch (error) {
    if (error instanceof GitError) return { kind: 'none', reason: error.message };
    throw error;
  }
}

interface Findings {
  readonly status: WorkingTreeStatus;
  readonly remotes: readonly ConfiguredRemote[];
  readonly github: GitHubEvent;
  readonly git: Git;
}

async function describe(repository: Repository, { status, remotes, github, git }: Findings): Promise<Checkout> {
  const { sha, branch, upstream } = status;
  if (sha === undefined) {
    return { kind: 'none', reason: `The repository at ${codeSpan(repository.root)} has no commit yet.` };
  }
  const configured = chooseRemote(remotes, upstream);
  const { remote, note } = trustedRemote(configured, github);
  const remoteName = configured?.name;
  const upstreamBranch = upstream?.startsWith(`${remoteName}/`) ? upstream.slice(`${remoteName}/`.length) : undefined;
  const knownRemoteShas = [...eventCommits(github), ...fetchedCommits(repository, configured?.url)];
  const onRemote = knownRemoteShas.includes(sha) || (upstreamBranch !== undefined && status.atUpstream);
  const local: LocalCommits = onRemote
    ? { commits: [], prerequisites: [sha] }
    : await findLocalCommits(repository, { sha, remoteName, knownRemoteShas, git });
  const task = chooseTask(github, { remote, branch, upstreamBranch, sha, local });
  return {
    ...task,
    notes: note === undefined ? task.notes : [note, ...task.notes],
    kind: 'checkout',
    root: repository.root,
    repository,
    remote: remote && { owner: remote.owner, repo: remote.repo },
    remoteName,
    remoteUrl: remote && urlOf(remote, github.serverUrl, configured?.url),
    branch,
    detached: branch === undefined,
    sha,
    local,
    status,
  };
}

/** Does the config file name the remote that HEAD tracks, if any, and is that on the GitHub of the job? */
function isWhatWeExpect(
  plain: readonly ConfiguredRemote[],
  { upstream }: WorkingTreeStatus,
  github: GitHubEvent,
): boolean {
  const configured = chooseRemote(plain, upstream);
  const isTracked = upstream === undefined || upstream.startsWith(`${configured?.name}/`);
  return isTracked && trustedRemote(configured, github).remote !== undefined;
}

/** The remote, if it is on the GitHub that the job runs on; else a note that says why not. */
function trustedRemote(
  configured: ConfiguredRemote | undefined,
  github: GitHubEvent,
): { remote?: RemoteAddress; note?: string } {
  if (configured === undefined) return { note: 'The checked-out repository has no remote.' };
  const remote = parseRemoteUrl(configured.url);
  const name = codeSpan(configured.name);
  if (remote === undefined) return { note: `The URL of the remote ${name} names no \`owner/repo\`.` };
  const server = new URL(github.serverUrl).hostname.toLowerCase();
  if (remote.host === server) return { remote };
  // A copy on this machine (a mirror, a demo) counts when it is called what the workflow's repository is called.
  if (remote.host === '' && sameName(`${remote.owner}/${remote.repo}`, github.repository)) return { remote };
  const where = remote.host === '' ? 'this machine' : codeSpan(remote.host);
  return {
    note: `The remote ${name} is on ${where}, not on ${codeSpan(server)}, so Rebyte cannot be told to clone it.`,
  };
}

/** The configured URL may hold credentials; on a host it is made anew. */
function urlOf(remote: RemoteAddress, serverUrl: string, configured: string | undefined): string | undefined {
  return remote.host === '' ? configured : `${serverUrl.replace(/\/+$/, '')}/${remote.owner}/${remote.repo}.git`;
}
