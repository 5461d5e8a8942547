import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { startRebyte, type Rebyte as EmulatedRebyte } from '../../../emulator/rebyte/index.ts';
import {
  startAction,
  type ActionOptions,
  type ActionResult,
  type ActionRun,
  type GitHubContext,
  type Grace,
} from '../../../emulator/runner/index.ts';

export const API_KEY = 'rbk_e2e_key';
const OWNER = 'acme';
const REPO = 'api';
export const REPOSITORY = { owner: OWNER, repo: REPO };

/** The pull request that `pullRequestEvent` is about. */
export const PULL = 1;

/**
 * A small world for the real composite Action: git repositories on disk, Rebyte and GitHub on localhost, and a runner
 * that reads action.yml and starts the committed bundle.
 */
export class World {
  readonly rebyte: EmulatedRebyte;
  readonly github: EmulatedGitHub;
  readonly directory: string;
  readonly workspace: string;
  readonly mainSha: string;
  readonly headSha: string;
  readonly mergeSha: string;
  readonly token: string;

  private constructor(parts: { rebyte: EmulatedRebyte; github: EmulatedGitHub; directory: string; history: History }) {
    this.rebyte = parts.rebyte;
    this.github = parts.github;
    this.directory = parts.directory;
    this.workspace = path.join(parts.directory, 'workspace');
    this.mainSha = parts.history.mainSha;
    this.headSha = parts.history.headSha;
    this.mergeSha = parts.history.mergeSha;
    const permissions = {
      contents: 'read',
      issues: 'write',
      pull_requests: 'write',
      checks: 'write',
      metadata: 'read',
    } as const;
    this.token = this.github.actionsToken({ ...REPOSITORY, permissions });
  }

  static async start(): Promise<World> {
    const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rebyte-e2e-')));
    const history = makeHistory(directory);
    const { headSha, mainSha } = history;
    const head = { ref: 'feature', sha: headSha };
    const pull = {
      number: PULL,
      title: 'Count twice',
      body: 'Because once is not enough.',
      author: 'alice',
      head,
      base: { ref: 'main', sha: mainSha },
    };
    const [rebyte, github] = await Promise.all([
      startRebyte({
        apiKeys: [API_KEY],
        gitBaseUrl: pathToFileURL(path.join(directory, 'server')).href,
        control: true,
        executors: { claude: 'demo', codex: 'demo' },
        // An agent that has nothing to do is else done before a slow machine's Action has asked for its events.
        timings: { unwatchedMs: 10_000 },
      }),
      startGitHub({
        seed: {
          users: ['alice', 'bob'],
          repos: [
            {
              owner: OWNER,
              name: REPO,
              pulls: [pull],
              collaborators: { alice: 'write', tracy: 'triage' },
              files: { '.github/ask.md': 'demo: result From the default branch.\n' },
            },
          ],
        },
      }),
    ]);
    return new World({ rebyte, github, directory, history });
  }

  async stop(): Promise<void> {
    await Promise.all([this.rebyte.close(), this.github.close()]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** As actions/checkout leaves a pull request: detached at GitHub's test merge, one commit deep. */
  checkOutPull(): void {
    this.#checkOut(`+${this.mergeSha}:refs/remotes/pull/${PULL}/merge`, [
      '--detach',
      `refs/remotes/pull/${PULL}/merge`,
    ]);
  }

  /** As actions/checkout leaves a push. */
  checkOutMain(): void {
    this.#checkOut('+refs/heads/main:refs/remotes/origin/main', ['-B', 'main', 'refs/remotes/origin/main']);
  }

  #checkOut(refspec: string, checkout: string[]): void {
    rmSync(this.workspace, { recursive: true, force: true });
    mkdirSync(this.workspace, { recursive: true });
    git(this.workspace, 'init', '-q');
    git(
      this.workspace,
      'remote',
      'add',
      'origin',
      pathToFileURL(path.join(this.directory, 'server', OWNER, `${REPO}.git`)).href,
    );
    git(this.workspace, 'fetch', '-q', '--no-tags', '--depth=1', 'origin', refspec);
    git(this.workspace, 'checkout', '-q', '--force', ...checkout);
    git(this.workspace, 'remote', 'set-url', 'origin', `${this.github.url}/${OWNER}/${REPO}`);
  }

  write(file: string, content: string): void {
    mkdirSync(path.dirname(path.join(this.workspace, file)), { recursive: true });
    writeFileSync(path.join(this.workspace, file), content);
  }

  pullRequestEvent(): GitHubContext {
    const repo = { full_name: `${OWNER}/${REPO}`, name: REPO, owner: { login: OWNER }, private: false, fork: false };
    const head = { ref: 'feature', sha: this.headSha, label: `${OWNER}:feature`, repo };
    const base = { ref: 'main', sha: this.mainSha, label: `${OWNER}:main`, repo };
    const pull = {
      number: PULL,
      title: 'Count twice',
      body: 'Because once is not enough.',
      user: { login: 'alice' },
      head,
      base,
      merge_commit_sha: this.mergeSha,
    };
    return {
      event_name: 'pull_request',
      event: {
        action: 'opened',
        number: PULL,
        pull_request: pull,
        repository: repo,
        sender: { login: 'alice', type: 'User' },
      },
      ref: `refs/pull/${PULL}/merge`,
      sha: this.mergeSha,
      head_ref: 'feature',
      base_ref: 'main',
      actor: 'alice',
    };
  }

  pushEvent(): GitHubContext {
    return {
      event_name: 'push',
      event: { after: this.mainSha, ref: 'refs/heads/main', sender: { login: 'alice', type: 'User' } },
      ref: 'refs/heads/main',
      sha: this.mainSha,
      actor: 'alice',
    };
  }

  scheduleEvent(): GitHubContext {
    return { ...this.pushEvent(), event_name: 'schedule', event: { schedule: '0 4 * * *' }, workflow: 'Nightly' };
  }

  start(step: StepOptions): ActionRun {
    return startAction({
      // The committed bundle; a build of one's own elsewhere while working on the Action.
      directory: path.resolve(process.env['ACTION_DIRECTORY'] ?? '.'),
      inputs: { 'api-key': API_KEY, 'api-url': this.rebyte.url, ...step.inputs },
      github: {
        repository: `${OWNER}/${REPO}`,
        server_url: this.github.url,
        api_url: this.github.apiUrl,
        graphql_url: this.github.graphqlUrl,
        token: this.token,
        run_id: step.runId ?? '1001',
        ...(step.github ?? this.pushEvent()),
      },
      secrets: [API_KEY],
      cwd: this.workspace,
      strategy: { 'job-index': step.jobIndex ?? 0 },
      ...(step.env === undefined ? {} : { env: step.env }),
      ...(step.onLine === undefined ? {} : { onLine: step.onLine }),
      ...(step.grace === undefined ? {} : { grace: step.grace }),
      ...step.runner,
    });
  }

  run(step: StepOptions): Promise<ActionResult> {
    return this.start(step).finished;
  }

  /** Bodies of the thread's comments, in order. */
  async comments(): Promise<{ body: string; login: string }[]> {
    const url = `${this.github.apiUrl}/repos/${OWNER}/${REPO}/issues/${PULL}/comments?per_page=100`;
    const response = await fetch(url, { headers: { authorization: `token ${this.github.tokenFor('bob')}` } });
    const comments: { body: string; user: { login: string } }[] = JSON.parse(await response.text());
    return comments.map(({ body, user }) => ({ body, login: user.login }));
  }

  /** A direct look at Rebyte, past our own client. */
  async task(id: string): Promise<{ status: string; prompts: { status: string }[] }> {
    const response = await fetch(`${this.rebyte.url}/tasks/${id}`, { headers: { API_KEY } });
    return JSON.parse(await response.text());
  }

  /** The newest of Rebyte's list. */
  async lastTask(): Promise<{ id: string; status: string }> {
    const response = await fetch(`${this.rebyte.url}/tasks?limit=1`, { headers: { API_KEY } });
    const { data }: { data: { id: string }[] } = JSON.parse(await response.text());
    const id = data[0]?.id ?? '';
    return { id, ...(await this.task(id)) };
  }

  async taskCount(): Promise<number> {
    const response = await fetch(`${this.rebyte.url}/tasks?limit=1`, { headers: { API_KEY } });
    const page: { total: number } = JSON.parse(await response.text());
    return page.total;
  }
}

export interface StepOptions {
  readonly inputs: Readonly<Record<string, string>>;
  /** The event; a push by default. */
  readonly github?: GitHubContext;
  readonly runId?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  /** The matrix leg. */
  readonly jobIndex?: number;
  /** GitHub's own by default. */
  readonly grace?: Grace;
  /** Whatever else the runner is told, or is told otherwise. */
  readonly runner?: Partial<ActionOptions>;
}

interface History {
  readonly mainSha: string;
  readonly headSha: string;
  readonly mergeSha: string;
}

/** A bare repository with a main branch, a feature branch and GitHub's test merge of the two. */
function makeHistory(directory: string): History {
  const bare = path.join(directory, 'server', OWNER, `${REPO}.git`);
  const author = path.join(directory, 'author');
  mkdirSync(bare, { recursive: true });
  mkdirSync(author);
  git(bare, 'init', '-q', '--bare', '-b', 'main');
  git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(author, 'init', '-q', '-b', 'main');
  git(author, 'remote', 'add', 'origin', pathToFileURL(bare).href);
  writeFileSync(path.join(author, 'README.md'), '# api\n\nCounts things.\n');
  writeFileSync(path.join(author, 'count.js'), 'export const count = 1; // TODO: count further\n');
  const mainSha = commit(author, 'Count once');
  git(author, 'checkout', '-q', '-b', 'feature');
  writeFileSync(path.join(author, 'count.js'), 'export const count = 2; // TODO: count further\n');
  const headSha = commit(author, 'Count twice');
  git(author, 'checkout', '-q', '-b', 'merge', 'main');
  git(author, 'merge', '-q', '--no-ff', '-m', `Merge ${headSha} into ${mainSha}`, 'feature');
  const mergeSha = git(author, 'rev-parse', 'HEAD');
  git(
    author,
    'push',
    '-q',
    'origin',
    'main',
    'feature',
    `merge:refs/pull/${PULL}/merge`,
    `feature:refs/pull/${PULL}/head`,
  );
  return { mainSha, headSha, mergeSha };
}

function commit(cwd: string, message: string): string {
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', message);
  return git(cwd, 'rev-parse', 'HEAD');
}

export function git(cwd: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Alice',
    GIT_AUTHOR_EMAIL: 'alice@example.com',
    GIT_COMMITTER_NAME: 'Alice',
    GIT_COMMITTER_EMAIL: 'alice@example.com',
  };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
