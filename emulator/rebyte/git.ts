import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface GitRun {
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Git's exit and what it said; never rejects because git failed. */
export function git(
  args: readonly string[],
  { cwd, timeoutMs, signal }: GitRun,
): Promise<{ ok: boolean; text: string }> {
  // Never ask: nobody sits at this terminal. The protocols are limited by `cloneConfig`.
  const env = {
    ...process.env,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
  return new Promise((resolve) => {
    const options = {
      env,
      timeout: timeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      ...(cwd && { cwd }),
      ...(signal && { signal }),
    };
    execFile('git', [...args], options, (error, stdout, stderr) => {
      resolve(error === null ? { ok: true, text: stdout } : { ok: false, text: stderr.trim() || error.message });
    });
  });
}

/** Allows the base URL's own protocol and no other: a redirect or a submodule cannot reach for `ext::` or a local path. */
export function protocolConfig(url: string): string[] {
  const protocol = new URL(url).protocol.slice(0, -1);
  return ['-c', 'protocol.allow=never', '-c', `protocol.${protocol}.allow=always`];
}

/** Where `owner/repo` is cloned from: as GitHub has it, `base/owner/repo.git`, or a folder of just that name. */
export function cloneUrl(baseUrl: string, slug: string): string {
  const url = `${baseUrl}/${slug}`;
  return url.startsWith('file:') && existsSync(fileURLToPath(url)) ? url : `${url}.git`;
}
