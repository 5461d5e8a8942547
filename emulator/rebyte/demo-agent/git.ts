import { execFile } from 'node:child_process';

/** Git in this folder: what it printed, or a rejection with what it complained of. */
export function git(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } };
    execFile('git', [...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args[0]}: ${stderr.trim() || error.message}`, { cause: error }));
      else resolve(stdout.trimEnd());
    });
  });
}

/** Git's answer, or undefined when it had none. */
export function gitIfItWorks(folder: string, args: readonly string[]): Promise<string | undefined> {
  return git(folder, args).catch(() => undefined);
}
