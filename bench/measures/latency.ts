import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStorage, type Storage } from '../../app/storage.ts';
import type { StorageSettings } from '../../app/storage-settings.ts';
import type { Job } from '../../shared/ports/jobs.ts';
import { systemClock } from '../../shared/system/clock.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import type { Measure, Row } from '../measure.ts';
import { now, percentile } from '../numbers.ts';
import { silentLog } from '../stage/silent-log.ts';

const PACE_MS = 10;
const BUSY_LANES = 20;
/** What a job of a busy lane waits for: GitHub, mostly. */
const BUSY_MS = 500;

/** How long a job waits, with nothing before it, until it is begun. */
export const latency: Measure = {
  name: 'latency',
  title: 'A job, from when it is added to when it is begun',
  run: async ({ quick }) => {
    const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
    const postgres = await startPostgres({ isDurable: true });
    const queues = [
      await open('SQLite', 15, { kind: 'sqlite', path: join(folder, 'rebyte.db') }),
      await open('PostgreSQL', 30, { kind: 'postgres', url: await postgres.createDatabase() }),
    ];
    try {
      const [rounds, jobs] = quick ? [1, 100] : [7, 200];
      for (const queue of queues) await trickle(queue, jobs);
      for (let round = 0; round < rounds; round += 1)
        for (const queue of queues) {
          queue.light.push(...(await trickle(queue, jobs)));
          queue.busy.push(...(await whileBusy(queue, async () => await trickle(queue, jobs))));
        }
      return queues.flatMap(rowsOf);
    } finally {
      for (const { storage } of queues) {
        await storage.queue.drain();
        await storage.close();
      }
      await postgres.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Measured {
  readonly name: string;
  readonly budget: number;
  readonly storage: Storage;
  /** Who waits for a job to begin, by its run. */
  readonly begun: Map<string, () => void>;
  /** In milliseconds, with nothing else to do. */
  readonly light: number[];
  /** The same beside lanes that are always busy. */
  readonly busy: number[];
}

async function open(name: string, budget: number, settings: StorageSettings): Promise<Measured> {
  const storage = await openStorage(settings, { clock: systemClock, log: () => silentLog });
  const begun = new Map<string, () => void>();
  storage.queue.start(async (job: Job) => {
    if (job.kind !== 'report') return;
    begun.get(job.runId)?.();
    if (job.runId.startsWith('busy')) await sleep(BUSY_MS);
  });
  return { name, budget, storage, begun, light: [], busy: [] };
}

/** A job every few milliseconds, each in a lane of its own as reports are. */
async function trickle(queue: Measured, jobs: number): Promise<readonly number[]> {
  const waits: Promise<number>[] = [];
  for (let index = 0; index < jobs; index += 1) {
    waits.push(waitOf(queue, `run-${index}`));
    await sleep(PACE_MS);
  }
  return await Promise.all(waits);
}

async function waitOf({ storage, begun }: Measured, runId: string): Promise<number> {
  const addedAt = now();
  const isBegun = new Promise<number>((resolve) => begun.set(runId, () => resolve(now())));
  await storage.queue.add({ kind: 'report', runId }, { lane: `report:${runId}` });
  return (await isBegun) - addedAt;
}

async function whileBusy<T>(queue: Measured, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const keepBusy = async (_: unknown, lane: number): Promise<void> => {
    while (!over.signal.aborted) await waitOf(queue, `busy-${lane}`);
  };
  const lanes = Array.from({ length: BUSY_LANES }, keepBusy);
  try {
    return await work();
  } finally {
    over.abort();
    await Promise.all(lanes);
  }
}

function rowsOf({ name, budget, light, busy }: Measured): readonly Row[] {
  const rows = (load: string, samples: readonly number[]): readonly Row[] => [
    { name: `${name}, ${load}`, unit: 'ms', samples, budget },
    { name: '  p99', unit: 'ms', samples: [percentile(samples, 0.99)] },
  ];
  return [...rows('a job every few ms', light), ...rows(`beside ${BUSY_LANES} busy lanes`, busy)];
}
