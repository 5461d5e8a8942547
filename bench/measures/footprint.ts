import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSqlStore } from '../../app/sql/store.ts';
import { openSqliteDatabase } from '../../app/sqlite/sqlite-database.ts';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { Store } from '../../shared/ports/store.ts';
import type { Measure, Row } from '../measure.ts';
import { alternate, median, now, ratios } from '../numbers.ts';
import { openAppWorld, type AppWorld } from '../stage/app-world.ts';
import { bareNode } from '../stage/bare-node.ts';
import { startRebyteStandIn } from '../stage/rebyte-stand-in.ts';
import { openRun, seedRuns, settledRun } from '../stage/seed-runs.ts';

const OPEN_RUNS = 10_000;
/** Real ones are half a minute apart. */
const SWEEP_MS = 2_000;
/** Two sweeps after the start, and time to come to rest. */
const QUIET_MS = 2 * SWEEP_MS + 1_000;
/** V8 takes 30 MB for a second while it compiles what is called often: what is in the middle of some readings is meant. */
const READINGS = 9;
const BETWEEN_READINGS_MS = 250;
const PRUNE_BATCH = 500;

/** What the App on SQLite takes of the machine for what lies in its database. */
export const footprint: Measure = {
  name: 'footprint',
  title: 'The App on SQLite: memory, start, forgetting',
  run: async ({ quick }) => {
    const settledRuns = quick ? 2_000 : 100_000;
    const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
    const settled = join(folder, 'settled.db');
    const world = await openAppWorld(1);
    const rebyte = await startRebyteStandIn(OPEN_RUNS);
    const begin = async (path: string) => await startOn(world, path, rebyte.url);
    try {
      await fill(settled, settledRuns, settledRun);
      return [
        ...(await startRows(begin, { empty: join(folder, 'empty.db'), settled, settledRuns, rounds: quick ? 1 : 7 })),
        ...(await memoryRows(begin, folder, quick ? 1 : 5)),
        ...(await forget(settled, settledRuns)),
      ];
    } finally {
      await rebyte.close();
      await world.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Starts {
  /** Paths of databases. */
  readonly empty: string;
  readonly settled: string;
  readonly settledRuns: number;
  readonly rounds: number;
}

async function startRows(begin: Begin, { empty, settled, settledRuns, rounds }: Starts): Promise<readonly Row[]> {
  // Once unmeasured: the first start builds the App, if it has changed.
  await startUp(begin, empty);
  const [bare = [], none = [], many = []] = await alternate(rounds, [
    bareNode,
    async () => await startUp(begin, empty),
    async () => await startUp(begin, settled),
  ]);
  return [
    { name: `start to ready, with ${settledRuns} settled runs`, unit: 'ms', samples: many, budget: 1_000 },
    { name: '  with none', unit: 'ms', samples: none },
    { name: '  with them / with none', unit: 'x', samples: ratios(many, none) },
    { name: '  with them / node -e 0', unit: 'x', samples: ratios(many, bare) },
  ];
}

async function memoryRows(begin: Begin, folder: string, rounds: number): Promise<readonly Row[]> {
  let files = 0;
  const withRuns = async (amount: number): Promise<number> => {
    // Anew each time: what was looked after lately is left alone.
    const path = join(folder, `memory-${(files += 1)}.db`);
    await fill(path, amount, openRun);
    return await residentMb(begin, path);
  };
  const [none = [], open = []] = await alternate(rounds, [() => withRuns(0), () => withRuns(OPEN_RUNS)]);
  const kbPerRun = open.map((mb, index) => ((mb - (none[index] ?? NaN)) * 1_024) / OPEN_RUNS);
  return [
    { name: 'memory, idle', unit: 'MB', samples: none, budget: 130 },
    { name: `memory with ${OPEN_RUNS} open runs, after two sweeps`, unit: 'MB', samples: open },
    { name: '  for each open run', unit: 'KB', samples: kbPerRun, budget: 2 },
  ];
}

interface Started {
  readonly ms: number;
  readonly residentMb: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** As `npm start` does, until it says that it takes work. */
async function startOn(world: AppWorld, path: string, rebyteUrl: string): Promise<Started> {
  const startedAt = now();
  const app = await world.startApp({
    DATABASE_URL: path,
    REBYTE_API_URL: rebyteUrl,
    PUBLIC_URL: '',
    BENCH_SWEEP_MS: String(SWEEP_MS),
  });
  const { status } = await fetch(`${app.url}/readyz`);
  if (status !== 200) throw new Error(`The App with ${path} is not ready when it says so: ${status}.`);
  return { ...app, ms: now() - startedAt };
}

type Begin = (path: string) => Promise<Started>;

async function startUp(begin: Begin, path: string): Promise<number> {
  const app = await begin(path);
  await app.close();
  return app.ms;
}

async function residentMb(begin: Begin, path: string): Promise<number> {
  const app = await begin(path);
  try {
    await sleep(QUIET_MS);
    const readings: number[] = [];
    while (readings.length < READINGS) {
      readings.push(await app.residentMb());
      await sleep(BETWEEN_READINGS_MS);
    }
    return median(readings);
  } finally {
    await app.close();
  }
}

async function fill(path: string, amount: number, make: (index: number, at: number) => RunRecord): Promise<void> {
  const at = Date.now();
  await within(path, async (store) => await seedRuns(store, amount, (index) => make(index, at)));
}

/** What the hourly job does with runs that are older than they are kept, batch by batch. */
async function forget(path: string, amount: number): Promise<readonly Row[]> {
  return await within(path, async (store) => {
    const at = Date.now() + 1;
    const batches: number[] = [];
    for (let pruned = PRUNE_BATCH; pruned >= PRUNE_BATCH;) {
      const startedAt = now();
      pruned = await store.prune({ settledBefore: at, now: at, limit: PRUNE_BATCH });
      batches.push(now() - startedAt);
    }
    const sum = batches.reduce((total, ms) => total + ms, 0);
    return [
      { name: `forgetting ${amount} settled runs`, unit: 'ms', samples: [sum] },
      { name: `  a batch of ${PRUNE_BATCH}`, unit: 'ms', samples: batches },
    ];
  });
}

async function within<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  const database = await openSqliteDatabase(path);
  try {
    return await work(createSqlStore(database));
  } finally {
    await database.close();
  }
}
