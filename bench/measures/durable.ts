import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../test/support/postgres.ts';
import type { Measure, Row } from '../measure.ts';
import { ratios } from '../numbers.ts';
import { openAppWorld, type AppWorld } from '../stage/app-world.ts';
import { burst, type Burst, type Subject } from '../stage/burst.ts';
import { drained } from '../stage/drained.ts';
import { payloads } from '../stage/payloads.ts';

const CONNECTIONS = 50;
/** Commands of one thread wait for each other. */
const THREADS = 20;
const MAX_SLOWDOWN = 2.5;

/** What it costs that a command is on the disk before GitHub has its answer. */
export const durable: Measure = {
  name: 'durable',
  title: "GitHub's deliveries with a command, kept before they are acknowledged",
  run: async ({ quick }) => {
    const world = await openAppWorld(THREADS);
    const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
    const postgres = await startPostgres({ isDurable: true });
    const others = await Promise.all([
      world.startApp({ DATABASE_URL: join(folder, 'rebyte.db') }),
      world.startApp({ DATABASE_URL: await postgres.createDatabase() }),
    ]);
    try {
      const bodies = inThreads((await payloads(world)).command);
      const subjects = ['App on memory:', 'App on SQLite', 'App on PostgreSQL'].map((name, index): Subject => {
        const server = [world.app, ...others][index] ?? world.app;
        return { name, server, path: '/api/github/webhooks', bodies };
      });
      return rowsOf(subjects, await bursts(world, subjects, quick));
    } finally {
      await Promise.all(others.map((app) => app.close()));
      await postgres.close();
      await world.close();
      await rm(folder, { recursive: true });
    }
  },
};

/** Each App's, in order; taken in turns. */
async function bursts(
  world: AppWorld,
  subjects: readonly Subject[],
  quick: boolean,
): Promise<readonly (readonly Burst[])[]> {
  const options = {
    secret: world.credentials.WEBHOOK_SECRET,
    amount: quick ? 200 : 2_000,
    connections: CONNECTIONS,
  };
  for (const subject of subjects) {
    // Once alone: from then on the App knows that it was carried out.
    const [body = ''] = subject.bodies;
    await burst({ ...subject, bodies: [body] }, { ...options, amount: 1, connections: 1 });
    await drained(subject.server);
    await burst(subject, options);
    await drained(subject.server);
  }
  const taken = subjects.map((): Burst[] => []);
  for (let round = 0; round < (quick ? 2 : 7); round += 1)
    for (const [index, subject] of subjects.entries()) {
      taken[index]?.push(await burst(subject, options));
      await drained(subject.server);
    }
  return taken;
}

/** The same command, as if it had been given in many threads. */
function inThreads(payload: string): readonly string[] {
  const given: { issue: object } = JSON.parse(payload);
  return Array.from({ length: THREADS }, (_, index) =>
    JSON.stringify({ ...given, issue: { ...given.issue, number: index + 1 } }),
  );
}

function rowsOf(subjects: readonly Subject[], taken: readonly (readonly Burst[])[]): readonly Row[] {
  const rates = taken.map((each) => each.map(({ perSecond }) => perSecond));
  const [memory = [], sqlite = [], postgres = []] = rates;
  return [
    ...subjects.map(({ name }, index): Row => ({ name, unit: '/s', samples: rates[index] ?? [] })),
    ...subjects.map(({ name }, index): Row => ({
      name: `  p99, ${name}`,
      unit: 'ms',
      samples: taken[index]?.map(({ p99Ms }) => p99Ms) ?? [],
    })),
    ...subjects.map(({ name }, index): Row => ({
      name: `  processor, ${name}`,
      unit: 'µs',
      samples: taken[index]?.map(({ cpuUs }) => cpuUs) ?? [],
    })),
    { name: '  a second, memory: / SQLite', unit: 'x', samples: ratios(memory, sqlite), budget: MAX_SLOWDOWN },
    { name: '  a second, memory: / PostgreSQL', unit: 'x', samples: ratios(memory, postgres) },
  ];
}
