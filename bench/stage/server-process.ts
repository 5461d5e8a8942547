import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import type { FromServer } from './announce.ts';

/** A server that is measured, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Processor time that it has used since its start, in microseconds. */
  readonly cpuUs: () => Promise<number>;
  /** What it has in memory just now, in units of 2²⁰ bytes. */
  readonly residentMb: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface ServerProcessOptions {
  readonly args?: readonly string[];
  /** Its variables; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts an entry in bench/stage that announces itself. What it prints goes nowhere. */
export async function startServerProcess(
  entry: string,
  { args = [], env = {} }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const child = fork(join(ROOT, 'scripts/run.mjs'), [`bench/stage/${entry}`, ...args], {
    cwd: ROOT,
    execArgv: [],
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const next = <K extends FromServer['kind']>(kind: K): Promise<Extract<FromServer, { kind: K }>> =>
    new Promise((resolve, reject) => {
      const listen = (said: FromServer): void => {
        if (isOf(said, kind)) settle(() => resolve(said));
      };
      const ended = (): void => settle(() => reject(new Error(`${entry} ended; see above.`)));
      const settle = (then: () => void): void => {
        child.off('message', listen);
        child.off('exit', ended);
        then();
      };
      child.on('message', listen);
      child.on('exit', ended);
    });
  const usage = async () => {
    const answer = next('usage');
    child.send('usage');
    return await answer;
  };
  const { url } = await next('ready');
  return {
    url,
    cpuUs: async () => (await usage()).cpuUs,
    residentMb: async () => (await usage()).residentBytes / 2 ** 20,
    close: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function isOf<K extends FromServer['kind']>(said: FromServer, kind: K): said is Extract<FromServer, { kind: K }> {
  return said.kind === kind;
}
