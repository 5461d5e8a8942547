import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** The environment variable that marks every process of a prompt, however far it detached itself. */
export const PROMPT_MARK = 'REBYTE_PROMPT_ID';

/** Signals the process's group (it was started detached, so it leads one). A group that is gone is fine. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has ended, which is what was wanted.
  }
}

/**
 * Kills what left the group (setsid, double fork): processes that carry the prompt's mark in their environment. Linux
 * only, as elsewhere another process's environment cannot be read without tools.
 */
export async function killMarked(promptId: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const mark = `${PROMPT_MARK}=${promptId}`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      try {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
        if (environment.split('\0').includes(mark)) process.kill(Number(pid), 'SIGKILL');
      } catch {
        // Ended meanwhile, or another user's: in both cases not ours to kill.
      }
    }),
  );
}
