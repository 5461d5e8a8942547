import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Rebyte and GitHub stay up after the run, until Ctrl-C. */
  readonly keep: boolean;
  /** No colours and nothing that moves. */
  readonly plain: boolean;
  /** What the agent is asked to do. */
  readonly prompt: string;
  readonly help: boolean;
}

const PROMPT = 'Survey this pull request: what is in the repository, what is left to do, and what is broken?';

export const HELP = `The real Action on a real git repository, with Rebyte and GitHub on localhost.
No account, no network.

  npm run demo                  what happens, step by step
  npm run demo -- --keep        Rebyte and GitHub stay up afterwards, with lines
                                for a shell to talk to them; Ctrl-C ends them
  npm run demo -- --prompt TEXT asks for something else, e.g. 'demo: fail';
                                emulator/README.md says what the agent obeys
  npm run demo -- --plain       no colours, nothing that moves
  npm run demo -- --help        this text

NO_COLOR and FORCE_COLOR are heeded. It leaves nothing behind, and ends with 0
when the Action succeeded, 1 when anything failed, and 130 after Ctrl-C, which
cancels a running Action as GitHub would.
`;

/** @throws {Error} on an argument it does not know, naming it */
export function parseOptions(args: readonly string[]): DemoOptions {
  const flag = { type: 'boolean', default: false } as const;
  const prompt = { type: 'string', default: PROMPT } as const;
  const options = { keep: flag, plain: flag, prompt, help: { ...flag, short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n\n${HELP}`, { cause: error });
  }
}
