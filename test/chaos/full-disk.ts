import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Files stay as they are above this size, whatever is written: the log of the App's database is mostly beyond it. */
const LIMIT_BYTES = 32_768;

/**
 * The App's disk is full for a while: the system lets its process write nothing beyond the first bytes of a file. Needs
 * `prlimit`, which Linux has.
 */
export class FullDisk {
  readonly #pids: () => readonly number[];
  #end: NodeJS.Timeout | undefined;

  /** @param pids of the processes that work now; one that starts later finds room. */
  constructor(pids: () => readonly number[]) {
    this.#pids = pids;
  }

  /** Why disks cannot be filled here; undefined when they can. */
  static async whyNot(): Promise<string | undefined> {
    try {
      await promisify(execFile)('prlimit', ['--pid', String(process.pid), '--fsize']);
      return undefined;
    } catch {
      return 'no disk will be full: there is no prlimit on this machine (util-linux has it)';
    }
  }

  /** Resolves when it is full, with how many processes notice; it stays so for that long. */
  async strike(ms: number): Promise<number> {
    clearTimeout(this.#end);
    this.#end = setTimeout(() => void this.end(), ms);
    return await this.#limit(String(LIMIT_BYTES));
  }

  /** Resolves when there is room again. */
  async end(): Promise<void> {
    clearTimeout(this.#end);
    await this.#limit('unlimited');
  }

  async #limit(bytes: string): Promise<number> {
    const limit = async (pid: number): Promise<void> => {
      await promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
    };
    // Who has just died is limited no more.
    const limited = await Promise.allSettled(this.#pids().map(limit));
    return limited.filter(({ status }) => status === 'fulfilled').length;
  }
}
