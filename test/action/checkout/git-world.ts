import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Changes } from '../../../action/checkout/changes.ts';
import type { GitCheckout } from '../../../action/checkout/checkout.ts';
import { describeCheckout } from '../../../action/checkout/instructions.ts';

/** What actions/checkout writes into .git/config; it must never leave. */
export const SECRET = 'eC1hY2Nlc3MtdG9rZW46Z2hzX3NlY3JldA==';

// The code under test runs git too; neither may see the settings of the machine.
process.env['GIT_CONFIG_GLOBAL'] = '/dev/null';
process.env['GIT_CONFIG_NOSYSTEM'] = '1';

/** A folder that plays github.com, and the things that workflows and agents do with it. All of it real git. */
export class GitWorld {
  readonly directory: string;
  private readonly rewrite: readonly string[];

  /** Empty, or a copy of another world: its clones know github.com by name only, so they can be moved. */
  constructor(template?: GitWorld) {
    this.directory = realpathSync(mkdtempSync(join(tmpdir(), 'rebyte-git-')));
    if (template) cpSync(template.directory, this.directory, { recursive: true });
    const server = pathToFileURL(join(this.directory, 'server')).href;
    this.rewrite = ['-c', `url.${server}/.insteadOf=https://github.com/`, '-c', 'protocol.file.allow=always'];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  git(cwd: string, ...args: string[]): string {
    return this.run('git', [...this.rewrite, ...args], cwd).trimEnd();
  }

  /** A bare repository on the server and somebody's clone of it to commit in. */
  repository(name: string, from?: string): string {
    const bare = join(this.directory, 'server', `${name}.git`);
    mkdirSync(bare, { recursive: true });
    if (from === undefined) this.git(bare, 'init', '-q', '--bare', '-b', 'main');
    else this.git(bare, 'clone', '-q', '--bare', `https://github.com/${from}.git`, '.');
    const author = join(this.directory, 'authors', name);
    mkdirSync(author, { recursive: true });
    this.git(author, 'clone', '-q', `https://github.com/${name}.git`, '.');
    return author;
  }

  commit(cwd: string, message: string): string {
    this.git(cwd, 'add', '-A');
    this.git(cwd, 'commit', '-q', '--allow-empty', '-m', message);
    return this.git(cwd, 'rev-parse', 'HEAD');
  }

  /** As actions/checkout does it, up to `git checkout`, whose arguments are the caller's. */
  checkout(options: CheckoutOptions): string {
    const workspace = options.into ?? join(this.directory, 'workspace');
    mkdirSync(workspace, { recursive: true });
    this.git(workspace, 'init', '-q');
    this.git(workspace, 'remote', 'add', 'origin', `https://github.com/${options.repository}`);
    this.git(workspace, 'config', '--local', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${SECRET}`);
    const depth = options.full === true ? [] : ['--depth=1'];
    this.git(
      workspace,
      'fetch',
      '-q',
      '--no-tags',
      '--prune',
      ...depth,
      ...(options.fetch ?? []),
      'origin',
      ...options.refspecs,
    );
    this.git(workspace, 'checkout', '-q', '--progress', '--force', ...options.checkout);
    return workspace;
  }

  branchCheckout(repository: string, branch: string, into?: string): string {
    return this.checkout({
      repository,
      refspecs: [`+refs/heads/${branch}:refs/remotes/origin/${branch}`],
      checkout: ['-B', branch, `refs/remotes/origin/${branch}`],
      ...(into === undefined ? {} : { into }),
    });
  }

  /** Clones as Rebyte would and runs the commands of the instructions as they stand, with /code moved here. */
  playAgent(checkout: GitCheckout, changes?: Changes): Agent {
    const code = mkdtempSync(join(this.directory, 'code-'));
    const repo = checkout.taskRepository?.split('/')[1] ?? 'workspace';
    const clone = join(code, repo);
    if (checkout.taskRepository !== undefined) {
      const branch = checkout.taskBranch === undefined ? [] : ['--branch', checkout.taskBranch];
      const url = `https://github.com/${checkout.taskRepository}.git`;
      this.git(code, 'clone', '-q', ...branch, url, clone);
    }
    if (changes?.kind === 'bundle') cpSync(changes.path, join(code, 'rebyte-changes.bundle'));
    const text = describeCheckout(checkout, changes);
    const script = /^```sh\n([\s\S]*?)\n```$/m.exec(text)?.[1] ?? '';
    const settings = this.rewrite.filter((arg) => arg !== '-c').map((setting) => setting.split('='));
    const env = Object.fromEntries([
      ['GIT_CONFIG_COUNT', String(settings.length)],
      ...settings.flatMap(([key = '', value = ''], n) => [
        [`GIT_CONFIG_KEY_${n}`, key],
        [`GIT_CONFIG_VALUE_${n}`, value],
      ]),
    ]);
    this.run('bash', ['-c', script.replaceAll('/code/', `${code}/`)], code, env);
    return { clone, text, script };
  }

  private run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): string {
    const identity = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@x',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@x',
    };
    return execFileSync(command, args, {
      cwd,
      env: { ...process.env, ...identity, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
  }
}

export interface CheckoutOptions {
  readonly repository: string;
  readonly refspecs: readonly string[];
  readonly checkout: readonly string[];
  readonly into?: string;
  readonly fetch?: readonly string[];
  readonly full?: boolean;
}

export interface Agent {
  readonly clone: string;
  readonly text: string;
  readonly script: string;
}

/** Every file that is not ignored: type, executable bit and bytes. Names as Latin-1, so that any name compares. */
export function filesOf(directory: string): Record<string, string> {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: directory,
  });
  const files: Record<string, string> = {};
  for (const name of new Set(list.toString('latin1').split('\0').filter(Boolean))) {
    const path = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name, 'latin1')]);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory()) continue;
    const bytes = stats.isSymbolicLink() ? readlinkSync(path, 'buffer') : readFileSync(path);
    const kind = stats.isSymbolicLink() ? 'link' : (stats.mode & 0o100) === 0 ? 'file' : 'executable';
    files[name] = `${kind} ${createHash('sha256').update(bytes).digest('hex')}`;
  }
  return files;
}
