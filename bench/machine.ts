import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { ROOT } from './root.ts';

/** Numbers mean nothing without the machine they come from. */
export interface Machine {
  readonly date: string;
  /** Of the checkout, with a `+` when there is something that is not committed. */
  readonly commit: string;
  readonly node: string;
  readonly git: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Processes that wanted to run, mean of the last minute, when the bench began. Above `cores`, do not trust times. */
  readonly load: number;
}

export function machineFacts(): Machine {
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return {
    date: new Date().toISOString(),
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`,
    node: process.version,
    git: git('--version').replace('git version ', ''),
    system: `${process.platform} ${process.arch} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: loadNow(),
  };
}

export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
