import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startGitHub, type EmulatedGitHub } from '../emulator/github/index.ts';
import { startRebyte, type Rebyte } from '../emulator/rebyte/index.ts';
import { startAction, type ActionRun, type GitHubContext } from '../emulator/runner/index.ts';
import { git } from './git.ts';
import { EDIT } from './history.ts';
import { FEATURE_BRANCH, makeRepository, type Repository } from './repository.ts';

export const API_KEY = 'rbk_demo';
export const REPOSITORY = { owner: 'acme', repo: 'parcels' };
export const SLUG = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
export const PULL = { number: 7, title: "Prices in the customer's currency", author: 'mira' };

/** One temp folder that holds everything the demo makes; `close` removes it. */
export interface Place {
  readonly folder: string;
  /** The runner's checkout. */
  readonly workspace: string;
  readonly repository: Repository;
}

/** Rebyte and GitHub on localhost. */
export interface Servers {
  readonly rebyte: Rebyte;
  readonly github: EmulatedGitHub;
}

export async function makeFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), 'rebyte-demo-')));
}

export async function makePlace(folder: string): Promise<Place> {
  const repository = await makeRepository(serverFolder(folder), PULL.number);
  return { folder, workspace: path.join(folder, 'checkout'), repository };
}

export async function startServers({ folder, repository }: Place): Promise<Servers> {
  const { mainSha, headSha } = repository;
  const pull = { ...PULL, head: { ref: FEATURE_BRANCH, sha: headSha }, base: { ref: 'main', sha: mainSha } };
  const { owner, repo } = REPOSITORY;
  const repos = [{ owner, name: repo, pulls: [pull], collaborators: { [PULL.author]: 'write' as const } }];
  const gitBaseUrl = pathToFileURL(path.join(folder, 'server')).href;
  const rebyte = await startRebyte({ apiKeys: [API_KEY], gitBaseUrl, directory: path.join(folder, 'rebyte') });
  try {
    return { rebyte, github: await startGitHub({ seed: { repos } }) };
  } catch (error) {
    await rebyte.close();
    throw error;
  }
}

export async function stopServers({ rebyte, github }: Servers): Promise<void> {
  await Promise.all([rebyte.close(), github.close()]);
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** As actions/checkout leaves a pull request: detached at GitHub's test merge, one commit deep. */
export async function checkOut({ folder, workspace, repository }: Place, { github }: Servers): Promise<void> {
  const merge = `refs/remotes/pull/${PULL.number}/merge`;
  const cwd = workspace;
  await mkdir(workspace);
  await git({ cwd }, 'init', '-q');
  await git({ cwd }, 'remote', 'add', 'origin', pathToFileURL(serverFolder(folder)).href);
  await git({ cwd }, 'fetch', '-q', '--no-tags', '--depth=1', 'origin', `+${repository.mergeSha}:${merge}`);
  await git({ cwd }, 'checkout', '-q', '--detach', merge);
  await git({ cwd }, 'remote', 'set-url', 'origin', `${github.url}/${SLUG}`);
}

/** An edit that nobody has committed. */
export async function editCheckout({ workspace }: Place): Promise<void> {
  await writeFile(path.join(workspace, EDIT.path), EDIT.content);
}

export interface RunOptions {
  /** Folder of action.yml. */
  readonly root: string;
  readonly prompt: string;
  /** Told each line of the log as it comes. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs the real Action as a step of a `pull_request` workflow. */
export async function runOn(place: Place, { rebyte, github }: Servers, options: RunOptions): Promise<ActionRun> {
  const temp = path.join(place.folder, 'runner');
  await mkdir(temp);
  return startAction({
    directory: options.root,
    inputs: { 'api-key': API_KEY, 'api-url': rebyte.url, prompt: options.prompt, artifacts: 'all' },
    github: {
      ...pullRequestEvent(place.repository),
      repository: SLUG,
      server_url: github.url,
      api_url: github.apiUrl,
      graphql_url: github.graphqlUrl,
      token: github.actionsToken({ ...REPOSITORY, permissions: { contents: 'read', pull_requests: 'write' } }),
      workflow: 'Rebyte',
    },
    secrets: [API_KEY],
    cwd: place.workspace,
    temp,
    onLine: options.onLine,
    signal: options.signal,
  });
}

/** What GitHub tells a workflow about a pull request that was just opened, as far as the Action reads it. */
function pullRequestEvent({ mainSha, headSha, mergeSha }: Repository): GitHubContext {
  const { owner, repo: name } = REPOSITORY;
  const repo = { full_name: SLUG, name, owner: { login: owner }, private: false, fork: false };
  const head = { ref: FEATURE_BRANCH, sha: headSha, label: `${owner}:${FEATURE_BRANCH}`, repo };
  const base = { ref: 'main', sha: mainSha, label: `${owner}:main`, repo };
  const { number, title, author } = PULL;
  const sender = { login: author };
  const pull = { number, title, body: null, user: sender, head, base, merge_commit_sha: mergeSha };
  return {
    event_name: 'pull_request',
    event: { action: 'opened', number, pull_request: pull, repository: repo, sender },
    ref: `refs/pull/${number}/merge`,
    sha: mergeSha,
    head_ref: FEATURE_BRANCH,
    base_ref: 'main',
    actor: author,
  };
}

function serverFolder(folder: string): string {
  return path.join(folder, 'server', REPOSITORY.owner, `${REPOSITORY.repo}.git`);
}
