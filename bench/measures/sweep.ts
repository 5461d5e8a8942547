import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqlStore } from '../../app/sql/store.ts';
import { openSqliteDatabase } from '../../app/sqlite/sqlite-database.ts';
import { agentOver } from '../../app/rebyte/agent.ts';
import type { Engine } from '../../shared/domain/engine/engine.ts';
import { sweepRuns } from '../../shared/domain/engine/sweep-runs.ts';
import type { Store } from '../../shared/ports/store.ts';
import { RebyteClient } from '../../shared/rebyte/index.ts';
import { systemClock } from '../../shared/system/clock.ts';
import type { Measure, Row } from '../measure.ts';
import { now } from '../numbers.ts';
import { startRebyteStandIn, type RebyteStandIn } from '../stage/rebyte-stand-in.ts';
import { openRun, seedRuns } from '../stage/seed-runs.ts';
import { silentLog } from '../stage/silent-log.ts';

const SWEEPS_A_MINUTE = 2;
const MAX_CALLS_A_MINUTE = 120;
/** Two days: by then it is not going to end. */
const MAX_MINUTES = 2_880;

/** What the sweep asks of Rebyte, and how long it takes to find what all webhooks would have told. */
export const sweep: Measure = {
  name: 'sweep',
  title: 'The sweep, when every webhook is lost (minutes are simulated)',
  run: async ({ quick }) => {
    const runs = quick ? 200 : 10_000;
    const runningMinutes = quick ? 5 : 20;
    const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
    const rebyte = await startRebyteStandIn(runs);
    const database = await openSqliteDatabase(join(folder, 'rebyte.db'));
    try {
      const store = createSqlStore(database);
      await seedRuns(store, runs, (index) => openRun(index, Date.now()));
      const sweeping = { store, rebyte, ...engineOver(store, rebyte) };
      const running = await minutes(sweeping, async (passed) => passed < runningMinutes);
      rebyte.endAll();
      const ended = await minutes(sweeping, async (passed) => passed < MAX_MINUTES && (await isAnyOpen(store)));
      return [
        ...rowsOf(`${runs} open runs, all running`, running),
        ...rowsOf('after all have ended', ended),
        { name: 'until all are settled', unit: 'min', samples: [ended.length] },
      ];
    } finally {
      await database.close();
      await rebyte.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Sweeping {
  readonly engine: Engine;
  readonly store: Store;
  readonly rebyte: RebyteStandIn;
  readonly pass: (ms: number) => void;
}

/** One simulated minute. */
interface Minute {
  readonly calls: readonly string[];
  /** Real time of each sweep in it. */
  readonly sweepMs: readonly number[];
}

async function minutes(
  { engine, rebyte, pass }: Sweeping,
  goesOn: (passed: number) => Promise<boolean>,
): Promise<readonly Minute[]> {
  const taken: Minute[] = [];
  rebyte.takeCalls();
  while (await goesOn(taken.length)) {
    const sweepMs: number[] = [];
    while (sweepMs.length < SWEEPS_A_MINUTE) {
      pass(60_000 / SWEEPS_A_MINUTE);
      const startedAt = now();
      await sweepRuns(engine);
      sweepMs.push(now() - startedAt);
    }
    taken.push({ calls: rebyte.takeCalls(), sweepMs });
  }
  return taken;
}

function rowsOf(name: string, taken: readonly Minute[]): readonly Row[] {
  const calls = taken.map((minute) => minute.calls.length);
  const all = taken.flatMap((minute) => minute.calls);
  const details = [...new Set(all)].map((kind) => `${kind}: ${all.filter((call) => call === kind).length}`);
  return [
    {
      name: `${name}: calls in the busiest minute`,
      unit: 'requests',
      samples: [Math.max(...calls)],
      budget: MAX_CALLS_A_MINUTE,
      details,
    },
    { name: '  in a minute', unit: 'requests', samples: calls },
    { name: '  a sweep, real time', unit: 'ms', samples: taken.flatMap(({ sweepMs }) => sweepMs) },
  ];
}

async function isAnyOpen(store: Store): Promise<boolean> {
  return (await store.countOpen()).size > 0;
}

async function* none(): AsyncGenerator<never> {
  yield* await Promise.resolve([]);
}

/** What a sweep stands on; reports are another job's. */
function engineOver(store: Store, rebyte: RebyteStandIn): Pick<Sweeping, 'engine' | 'pass'> {
  let time = Date.now();
  let requests = 0;
  const onRequest = () => void (requests += 1);
  const client = new RebyteClient({ apiKey: 'rbk_bench', baseUrl: rebyte.url, onRequest });
  const agent = agentOver(client, { mask: (text) => text });
  const nothing = () => undefined;
  const notHere = async () => await Promise.reject(new Error('A sweep does not do this.'));
  const engine: Engine = {
    store,
    jobs: { add: async () => await Promise.resolve(true) },
    clock: { ...systemClock, now: () => time, sleep: notHere },
    metrics: { runSettled: nothing, refused: nothing, noticeAge: nothing, redeliveryAsked: nothing },
    log: () => silentLog,
    forgeFor: notHere,
    agentFor: () => agent,
    sweeping: { agentFor: () => agent, requests: () => requests },
    retentionMs: Infinity,
    installedRepositories: none,
    secret: 'known to this bench alone',
    self: 'rebyte[bot]',
    newId: () => '',
    mask: (text) => text,
  };
  return { engine, pass: (ms) => (time += ms) };
}
