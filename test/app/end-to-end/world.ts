import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startApp, type App } from '../../../app/start.ts';
import { startGitHub, type Call, type EmulatedGitHub } from '../../../emulator/github/index.ts';
import { startRebyte, type Rebyte as EmulatedRebyte } from '../../../emulator/rebyte/index.ts';
import { plantRepositories, type Commits } from './git-server.ts';
import { Change } from './change.ts';
import {
  pathOf,
  threadPath,
  type CheckSeen,
  type Place,
  type Repository,
  type Shown,
  type TaskSeen,
  API,
} from './places.ts';
import { Relay } from './relay.ts';
import { API_KEYS, APP, BOT, seedFor } from './seed.ts';
import { environmentFor, settingsFor, type Environment } from './settings-for.ts';
import { TestClock } from './test-clock.ts';

const PATIENCE_MS = 25_000;

interface Parts {
  readonly directory: string;
  readonly commits: Commits;
  readonly github: EmulatedGitHub;
  /** By GitHub account. */
  readonly rebytes: ReadonlyMap<string, EmulatedRebyte>;
  readonly toRebyte: Relay;
  readonly toApp: Relay;
  readonly app: App;
  readonly clock: TestClock;
  readonly log: readonly string[];
  readonly change: Change;
}

/** How a world differs from the usual one. */
export interface WorldOptions {
  /** Done on Rebyte before the App is started. */
  readonly before?: (rebytes: readonly EmulatedRebyte[]) => Promise<void>;
  /** Starts the App. Default: in this process, on the world's clock and in a hurry. */
  readonly launch?: (environment: Environment, write: (line: string) => void) => Promise<App>;
}

/** The App between GitHub and Rebyte, all on localhost, all over HTTP, and people who comment. */
export class World {
  readonly github: EmulatedGitHub;
  readonly rebytes: ReadonlyMap<string, EmulatedRebyte>;
  /** Between the App and Rebyte's API. */
  readonly toRebyte: Relay;
  /** Between Rebyte's webhooks and the App. */
  readonly toApp: Relay;
  readonly app: App;
  readonly clock: TestClock;
  readonly commits: Commits;
  /** Lines of the App's log. */
  readonly log: readonly string[];
  readonly #directory: string;
  readonly #change: Change;

  private constructor(parts: Parts) {
    this.github = parts.github;
    this.rebytes = parts.rebytes;
    this.toRebyte = parts.toRebyte;
    this.toApp = parts.toApp;
    this.app = parts.app;
    this.clock = parts.clock;
    this.commits = parts.commits;
    this.log = parts.log;
    this.#directory = parts.directory;
    this.#change = parts.change;
  }

  /** @param configs text of `.github/rebyte.yml` by name of a further repository of acme's. */
  static async start(configs: Readonly<Record<string, string>> = {}, options: WorldOptions = {}): Promise<World> {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'rebyte-app-')));
    const own = ['api', ...Object.keys(configs)].map((name) => `acme/${name}`);
    const commits = plantRepositories(directory, [...own, 'octo/site', 'keyless/shop', 'mallory/api']);
    const change = new Change();
    const [github, ...rebytes] = await Promise.all([
      startGitHub({
        seed: seedFor(commits, configs),
        // Reading changes nothing, and who waits reads.
        log: (line) => void (line.startsWith('GET ') || change.happened()),
      }),
      ...Object.values(API_KEYS).map(async (apiKey) => {
        const rebyte = await startRebyte({ apiKeys: [apiKey], gitBaseUrl: pathToFileURL(directory).href });
        await rebyte.warm();
        return rebyte;
      }),
    ]);
    const byKey = new Map(Object.values(API_KEYS).map((key, index) => [key, rebytes[index]?.origin ?? '']));
    const targets = { app: '' };
    const onPassage = () => change.happened();
    const toRebyte = await Relay.start(({ headers }) => byKey.get(String(headers['api_key'])) ?? '', onPassage);
    const toApp = await Relay.start(() => targets.app, onPassage);
    const clock = new TestClock();
    const log: string[] = [];
    await options.before?.(rebytes);
    const environment = environmentFor(github, { rebyteUrl: `${toRebyte.url}/v1`, publicUrl: toApp.url });
    const write = (line: string): void => void log.push(line);
    const intervals = { sweepMs: 50, schedulesMs: 50 };
    const app = await (options.launch?.(environment, write) ??
      startApp(settingsFor(environment), { clock, write, intervals }));
    targets.app = app.url;
    github.setWebhookUrl(APP, `${app.url}/api/github/webhooks`);
    await app.ready;
    const named = new Map(
      Object.keys(API_KEYS).flatMap((account, index) =>
        rebytes.slice(index, index + 1).map((rebyte) => [account, rebyte]),
      ),
    );
    return new World({ directory, commits, github, rebytes: named, toRebyte, toApp, app, clock, log, change });
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await Promise.all([this.github.close(), ...[...this.rebytes.values()].map(async (rebyte) => await rebyte.close())]);
    await Promise.all([this.toRebyte.close(), this.toApp.close()]);
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }

  rebyteOf(account: string): EmulatedRebyte {
    const rebyte = this.rebytes.get(account);
    if (rebyte === undefined) throw new Error(`No Rebyte was started for ${account}.`);
    return rebyte;
  }

  async openIssue(
    repository: Repository = API,
    issue: { title?: string; body?: string; as?: string } = {},
  ): Promise<Place> {
    const { title = 'It counts wrong', body = 'Once is not enough.', as = 'alice' } = issue;
    const { number } = await this.call('POST', `${pathOf(repository)}/issues`, { as, body: { title, body } });
    return { ...repository, number };
  }

  /** Comments as a person; `id` and `node_id` are in the answer. */
  async comment(place: Place, text: string, as = 'alice'): Promise<{ id: number; node_id: string }> {
    return await this.call('POST', `${threadPath(place)}/comments`, { as, body: { body: text } });
  }

  /** Calls GitHub's API as a person. */
  // What GitHub answers is what the tests are about.
  // eslint-disable-next-line typescript/no-explicit-any
  async call(method: string, path: string, { as = 'alice', body }: { as?: string; body?: object } = {}): Promise<any> {
    const response = await fetch(`${this.github.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.github.tokenFor(as)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** What the App has said in a thread, oldest first. */
  async said(place: Place): Promise<readonly Shown[]> {
    const all: { id: number; body: string; user: { login: string }; html_url: string }[] = await this.call(
      'GET',
      `${threadPath(place)}/comments?per_page=100`,
    );
    return all
      .map(({ id, body, user, html_url: url }) => ({ id, body, login: user.login, url }))
      .filter(({ login }) => login === BOT);
  }

  /** Waits until a comment of the App's in the thread reads so. @param nth of those that do, counted from 1 */
  async untilSaid(place: Place, pattern: RegExp, nth = 1): Promise<Shown> {
    return await this.until(
      async () => (await this.said(place)).filter(({ body }) => pattern.test(body))[nth - 1],
      async () => `${pattern} × ${nth}; said:\n${(await this.said(place)).map(({ body }) => body).join('\n----\n')}`,
    );
  }

  /** Waits until something is there: looks whenever something was written anywhere, and now and then. */
  async until<T>(
    look: () => Promise<T | undefined | false>,
    what: () => Promise<string> | string = () => 'what the test waits for',
  ): Promise<T> {
    return await this.#change.until(look, async () => `${await what()}\n${this.#told()}`);
  }

  /** The end of the log, for a test that failed. */
  #told(): string {
    return this.log
      .filter((line) => !line.includes('"name":"github"'))
      .slice(-10)
      .join('');
  }

  /** Waits until neither GitHub has anything to deliver nor the App anything to do. */
  async quiet(): Promise<void> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      await this.github.delivered();
      const { waiting, running } = await this.#jobs();
      if (waiting + running === 0) return;
      if (deadline.aborted) throw new Error(`The App is still busy: ${waiting} jobs wait, ${running} run.`);
      await sleep(5);
    }
  }

  async #jobs(): Promise<{ waiting: number; running: number; dead: number }> {
    const response = await fetch(`${this.app.url}/readyz`);
    const { jobs }: { jobs: { waiting: number; running: number; dead: number } } = JSON.parse(await response.text());
    return jobs;
  }

  async deadJobs(): Promise<number> {
    return (await this.#jobs()).dead;
  }

  /** The value of one of the App's metrics; 0 while it has none. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.app.metricsUrl}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length) ?? 0);
  }

  /** Contents of the App's reactions to a comment, or to a thread. */
  async reactions(path: string): Promise<readonly string[]> {
    const all: { content: string; user: { login: string } }[] = await this.call('GET', `${path}/reactions`);
    return all.filter(({ user }) => user.login === BOT).map(({ content }) => content);
  }

  async checks(repository: Repository, sha: string) {
    const answer: { check_runs: CheckSeen[] } = await this.call(
      'GET',
      `${pathOf(repository)}/commits/${sha}/check-runs`,
    );
    return answer.check_runs;
  }

  /** What the App has written on GitHub since `from`, an earlier length of `github.calls`. */
  writes(from = 0): readonly Call[] {
    return this.github.calls.slice(from).filter(({ method, login }) => login === BOT && method !== 'GET');
  }

  /** A task, past our own client. */
  async task(id: string, account = 'acme'): Promise<TaskSeen> {
    const task = await this.#askRebyte(account, `/tasks/${id}`);
    const content = await this.#askRebyte(account, `/tasks/${id}/content`);
    return { ...task, prompts: content.prompts.toReversed() };
  }

  async taskCount(account = 'acme'): Promise<number> {
    return (await this.#askRebyte(account, '/tasks?limit=1')).total;
  }

  async computerNames(account = 'acme'): Promise<readonly string[]> {
    const { data }: { data: { name: string }[] } = await this.#askRebyte(account, '/agent-computers');
    return data.map(({ name }) => name);
  }

  // eslint-disable-next-line typescript/no-explicit-any
  async #askRebyte(account: string, path: string): Promise<any> {
    const headers = { API_KEY: API_KEYS[account] ?? '' };
    const response = await fetch(`${this.rebyteOf(account).url}${path}`, { headers });
    return JSON.parse(await response.text());
  }

  /** Lets agents go on that wait for this (`demo: wait NAME`) in their clone. */
  go(name: string): void {
    for (const { directory } of this.rebytes.values()) {
      for (const workspace of foldersIn(join(directory, 'workspaces')))
        for (const clone of foldersIn(join(workspace, 'code'))) writeFileSync(join(clone, name), '');
    }
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}
