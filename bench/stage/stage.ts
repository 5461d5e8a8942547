import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import type { FromStage, Mark, Places, ToStage, Traffic } from './messages.ts';

/** Longer than anything that is measured: what has not happened by then will not. */
const DEADLINE_MS = 60_000;

/** The emulators at work in their own process, and what passes on the wire. */
export interface Stage {
  readonly places: Places;
  /** When the mark is next seen, by `now()`. Ask before starting what makes it. */
  readonly next: (mark: Mark) => Promise<number>;
  /** The requests since the last call. */
  readonly traffic: () => Promise<Traffic>;
  readonly close: () => Promise<void>;
}

/** Starts the emulators, with a pull request checked out. */
export async function openStage(): Promise<Stage> {
  const child = fork(join(ROOT, 'scripts/run.mjs'), ['bench/stage/servers.ts'], {
    cwd: ROOT,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { places } = await message(child, (said) => (said.kind === 'ready' ? said : undefined));
  return {
    places,
    next: (mark) => message(child, (said) => (said.kind === 'mark' && said.mark === mark ? said.at : undefined)),
    traffic: async () => {
      const answer = message(child, (said) => (said.kind === 'traffic' ? said.traffic : undefined));
      const question: ToStage = { ask: 'traffic' };
      child.send(question);
      return answer;
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** The first message of which `pick` makes something. */
function message<T>(child: ChildProcess, pick: (said: FromStage) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const listen = (said: FromStage): void => {
      const picked = pick(said);
      if (picked !== undefined) settle(() => resolve(picked));
    };
    const ended = (): void => settle(() => reject(new Error('The process with the emulators ended; see above.')));
    const late = (): void => settle(() => reject(new Error(`Nothing was seen on the wire for ${DEADLINE_MS} ms.`)));
    const timer = setTimeout(late, DEADLINE_MS);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      child.off('message', listen);
      child.off('exit', ended);
      then();
    };
    child.on('message', listen);
    child.on('exit', ended);
  });
}
