import { execFile } from 'node:child_process';

export interface GitCall {
  readonly cwd: string;
  /** Given to git's standard input. */
  readonly input?: string;
}

/** Runs git without anybody's configuration. @returns what it printed, trimmed @throws {Error} with what it complained of */
export function git({ cwd, input = '' }: GitCall, ...args: readonly string[]): Promise<string> {
  // Variables like GIT_DIR, which a git hook sets for all it starts, would lead to the wrong repository.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const env = { ...Object.fromEntries(own), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return new Promise((resolve, reject) => {
    const child = execFile('git', [...args], { cwd, env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args[0]}: ${stderr.trim() || error.message}`, { cause: error }));
      else resolve(stdout.trim());
    });
    child.stdin?.on('error', () => undefined); // EPIPE: git has ended early, and its exit says why.
    child.stdin?.end(input);
  });
}
