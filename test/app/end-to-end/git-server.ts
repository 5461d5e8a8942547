import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Commits {
  readonly main: string;
  readonly feature: string;
}

/** The same small repository under each name: a main branch, a feature branch, and pull requests' heads. */
export function plantRepositories(directory: string, names: readonly string[]): Commits {
  const author = path.join(directory, '.author');
  const first = path.join(directory, '.first.git');
  mkdirSync(author, { recursive: true });
  git(directory, 'init', '-q', '--bare', '-b', 'main', first);
  git(author, 'init', '-q', '-b', 'main');
  const main = commit(author, 'export const count = 1;\n', 'Count once');
  git(author, 'checkout', '-q', '-b', 'feature');
  const feature = commit(author, 'export const count = 2;\n', 'Count twice');
  const heads = [1, 2, 3].map((number) => `feature:refs/pull/${number}/head`);
  git(author, 'push', '-q', first, 'main', 'feature', ...heads);
  for (const name of names) cpSync(first, path.join(directory, `${name}.git`), { recursive: true });
  return { main, feature };
}

function commit(cwd: string, text: string, message: string): string {
  writeFileSync(path.join(cwd, 'count.js'), text);
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', message);
  return git(cwd, 'rev-parse', 'HEAD');
}

function git(cwd: string, ...args: string[]): string {
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
