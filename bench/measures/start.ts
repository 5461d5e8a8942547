import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measure, Row } from '../measure.ts';
import { alternate, ratios } from '../numbers.ts';
import { type ActionProcess, startActionProcess } from '../stage/action-process.ts';
import { bareNode } from '../stage/bare-node.ts';
import type { Stage } from '../stage/stage.ts';

/** How soon Rebyte hears of us: from the start of the process to the first byte at the server. */
export const start: Measure = {
  name: 'start',
  title: 'Start of the bundle to the first byte at Rebyte',
  run: async ({ quick, explain, stage: open }) => {
    const stage = await open();
    await firstByte(stage); // Files that nobody has read yet are the disk's doing.
    const [action = [], bare = []] = await alternate(quick ? 7 : 31, [() => firstByte(stage), bareNode]);
    const rows: Row[] = [
      { name: 'first byte', unit: 'ms', samples: action },
      { name: 'node -e 0', unit: 'ms', samples: bare },
      { name: 'first byte / node -e 0', unit: 'x', samples: ratios(action, bare), budget: 2.5 },
      // What is left when the machine is left alone for once.
      { name: 'fastest / fastest', unit: 'x', samples: [Math.min(...action) / Math.min(...bare)] },
    ];
    return explain ? [...rows, ...(await phases(stage, quick))] : rows;
  },
};

async function firstByte(stage: Stage): Promise<number> {
  const seen = stage.next('first-byte');
  const action = startActionProcess({ places: stage.places, inputs: inputs(stage) });
  return await untilSeen(seen, action);
}

function inputs({ places }: Stage): Record<string, string> {
  return { 'api-url': places.silentUrl, prompt: 'Say hello.' };
}

async function untilSeen(seen: Promise<number>, action: ActionProcess): Promise<number> {
  const gone = action.ended.then(() => {
    throw new Error('The Action ended without a request.');
  });
  const at = await Promise.race([seen, gone]);
  await action.kill();
  return at - action.startedAt;
}

/** What start-phases.mjs writes: times by `now()`. */
interface Phases {
  readonly node: number;
  readonly modules: number;
  readonly git: readonly { readonly command: string; readonly from: number; readonly to: number }[];
  readonly connecting: number;
  readonly connected: number;
}

/** Where the time goes. The looking costs some of its own, so these do not quite add up to the numbers above. */
async function phases(stage: Stage, quick: boolean): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
  const spans: Record<string, number[]> = {};
  let details: readonly string[] = [];
  try {
    for (let round = 0; round < (quick ? 3 : 11); round += 1) {
      const { times, at, startedAt } = await onePhases(stage, join(folder, `${round}.json`));
      const first = Math.min(...times.git.map(({ from }) => from), at);
      const last = Math.max(...times.git.map(({ to }) => to), first);
      const moments = [startedAt, times.node, times.modules, first, last, at];
      for (const [index, name] of PHASES.entries()) {
        (spans[name] ??= []).push((moments[index + 1] ?? NaN) - (moments[index] ?? NaN));
      }
      const connection = { command: 'TCP connects', from: times.connecting, to: times.connected };
      details = [...times.git, connection].map(
        ({ command, from, to }) =>
          `${(from - startedAt).toFixed(0)} to ${(to - startedAt).toFixed(0)} ms: ${command.replace(/^git .*--work-tree=\S+/, 'git')}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return PHASES.map((name) => ({
    name: `  ${name}`,
    unit: 'ms',
    samples: spans[name] ?? [],
    ...(name === GIT && { details }),
  }));
}

const GIT = 'git, first to last';
const PHASES = ['node starts', 'modules are evaluated', 'inputs are read', GIT, 'the request is made and leaves'];

async function onePhases(stage: Stage, file: string): Promise<{ times: Phases; at: number; startedAt: number }> {
  const seen = stage.next('first-byte');
  const preload = { module: new URL('../stage/start-phases.mjs', import.meta.url), env: { REBYTE_BENCH_PHASES: file } };
  const action = startActionProcess({ places: stage.places, inputs: inputs(stage), preload });
  const took = await untilSeen(seen, action);
  const times: Phases = JSON.parse(await readFile(file, 'utf8'));
  return { times, at: action.startedAt + took, startedAt: action.startedAt };
}
