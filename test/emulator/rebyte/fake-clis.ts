// Agent CLIs that print what the real ones print: programs of the same names in a folder that is the head of PATH.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckedApi, Frame } from './checked-api.ts';

/** With what a CLI was started. */
export interface Started {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly taskId: string;
  readonly events: readonly unknown[];
  readonly done: Frame['data'];
}

export interface FakeClis {
  /** Installs a CLI that waits for its turn, prints the output and exits. */
  install(name: string, output: string, exit?: number | 'never'): Promise<void>;
  uninstall(name: string): Promise<void>;
  /** How the CLI was started last. */
  started(): Promise<Started>;
  /** Runs a task to its end and returns its events without their envelopes. */
  run(
    api: CheckedApi,
    task: { readonly executor: string; readonly prompt?: string; readonly model?: string },
  ): Promise<Ran>;
  /** Restores PATH. */
  remove(): Promise<void>;
}

/** Only what the fakes need is on PATH: a real CLI of this machine must not be found. */
export async function createFakeClis(): Promise<FakeClis> {
  const bin = await mkdtemp(join(tmpdir(), 'bin-'));
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = [bin, '/usr/bin', '/bin'].join(delimiter);
  return {
    async install(name, output, exit = 0) {
      await writeFile(join(bin, `${name}.out`), output);
      await writeFile(join(bin, name), script(bin, name, exit));
      await chmod(join(bin, name), 0o755);
    },
    uninstall: (name) => rm(join(bin, name), { force: true }),
    started: async () => JSON.parse(await readFile(join(bin, 'started.json'), 'utf8')),
    async run(api, { prompt = 'Write a file', ...task }) {
      const { id, workspaceId } = await api.task(prompt, task);
      const stream = api.stream(id);
      await writeFile(join(api.rebyte.directory, 'workspaces', workspaceId, 'code', 'go'), '');
      const frames: Frame[] = [];
      for await (const frame of stream) frames.push(frame);
      const done = frames.pop()?.data;
      return {
        taskId: id,
        done,
        events: frames.map(({ data: { eventType, payload } }) => ({ eventType, ...payload })),
      };
    },
    async remove() {
      process.env['PATH'] = path;
      await rm(bin, { recursive: true, force: true });
    },
  };
}

/** A recording of a real CLI, from test/fixtures/agent-clis. */
export function recording(cli: string, name: 'tool-call' | 'wrong-key'): Promise<string> {
  const folder = new URL('../../fixtures/agent-clis/', import.meta.url);
  return readFile(fileURLToPath(new URL(`${cli}/${name}.jsonl`, folder)), 'utf8');
}

/** It prints nothing before somebody reads the stream: `run` lets it go on by the file `go`. No shell: that would mend PWD. */
function script(bin: string, name: string, exit: number | 'never'): string {
  const end = exit === 'never' ? 'setInterval(() => undefined, 1000)' : `process.exit(${exit})`;
  return `#!${process.execPath}
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const started = { args: process.argv.slice(2), stdin: readFileSync(0, 'utf8'), environment: process.env };
writeFileSync(${JSON.stringify(join(bin, 'started.json'))}, JSON.stringify(started));
const waiting = setInterval(() => {
  if (!existsSync(process.env.REBYTE_CODE_DIR + '/go')) return;
  clearInterval(waiting);
  console.error('a warning');
  process.stdout.write(readFileSync(${JSON.stringify(join(bin, `${name}.out`))}), () => ${end});
}, 5);
`;
}
