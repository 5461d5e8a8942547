import { execFile } from 'node:child_process';

/** One run of git. Resolves with its standard output; rejects with {@link GitError}. */
export type Git = (args: readonly string[], options: GitOptions) => Promise<Buffer>;

export interface GitOptions {
  readonly cwd: string;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input. */
  readonly input?: Buffer;
}

/** git could not be started, or ended with an error. The message names the subcommand and git's own last words. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** Room for the names of some 500,000 files. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Nothing of the user's may run or change because we look: no hooks, no file-system monitor, no opportunistic write of
 * the index.
 */
const QUIET = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** Variables that would point git at another repository than the one asked for, as `git rev-parse --local-env-vars`. */
const REPOSITORY_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
];

/** Runs the `git` on PATH (2.30 or newer), never through a shell. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<Buffer> {
  // The environment is handed on, not read: git needs HOME, PATH and the user's own git settings.
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  for (const name of REPOSITORY_VARIABLES) delete env[name];
  Object.assign(env, options.env);
  return new Promise((resolve, reject) => {
    const settings = {
      cwd: options.cwd,
      env,
      encoding: 'buffer',
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
    } as const;
    const child = execFile('git', [...QUIET, ...args], settings, (error, stdout, stderr) => {
      if (error) reject(new GitError(explain(args, error, stderr.toString('utf8')), { cause: error }));
      else resolve(stdout);
    });
    // git may end without reading its input; its exit code tells the story then, not the broken pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}

function explain(args: readonly string[], error: Error & { code?: unknown }, stderr: string): string {
  if (error.code === 'ENOENT') return 'git cannot be started: install git 2.30 or newer and put it on PATH.';
  const subcommand = args.find((arg) => /^[a-z]+(-[a-z]+)*$/.test(arg)) ?? 'git';
  return `git ${subcommand} failed: ${stderr.trim() || error.message}`;
}
