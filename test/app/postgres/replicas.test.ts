import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openPostgresDatabase, type PostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { openPostgresQueue } from '../../../app/postgres/postgres-queue.ts';
import type { Job, WorkQueue } from '../../../shared/ports/jobs.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { realClock } from '../../support/real-clock.ts';
import { startReplica, type Replica, type ReplicaOptions } from './replica.ts';

let server: PostgresServer;
let url: string;
let database: PostgresDatabase;
/** Adds jobs and handles none. */
let queue: WorkQueue;
let replicas: Replica[];

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  replicas = [];
  url = await server.createDatabase();
  database = await openPostgresDatabase(url, keepingLog());
  queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog() });
  await database.write(
    async (db) => await sql`create table seen (at serial primary key, replica text, name text)`.execute(db),
  );
});

afterEach(async () => {
  await Promise.all(replicas.map(async (one) => await one.kill()));
  await queue.drain(0);
  await database.close();
});

function job(runId: string): Job {
  return { kind: 'submit', runId };
}

async function replica(options: Omit<ReplicaOptions, 'url'>): Promise<Replica> {
  const started = await startReplica({ url, ...options });
  replicas.push(started);
  return started;
}

/** What the replicas began, in the order in which they did. */
async function seen(): Promise<readonly { readonly replica: string; readonly name: string }[]> {
  const { rows } = await database.read(
    async (db) => await sql<{ replica: string; name: string }>`select replica, name from seen order by at`.execute(db),
  );
  return rows;
}

describe('replicas that compete', () => {
  test('keep the order of every lane, and together handle each job once', async () => {
    const lanes = Array.from({ length: 8 }, (_, index) => `lane-${index}`);
    const both = await Promise.all([replica({ name: 'a' }), replica({ name: 'b' })]);
    for (let count = 0; count < 20; count += 1) {
      await Promise.all(lanes.map(async (lane) => await queue.add(job(`${lane}/${count}`), { lane })));
    }
    await Promise.all(
      lanes.map(async (lane) => await Promise.any(both.map(async (one) => await one.says(`began ${lane}/19`)))),
    );
    const begun = await seen();
    for (const lane of lanes) {
      const ofLane = begun.map(({ name }) => name).filter((name) => name.startsWith(`${lane}/`));
      expect(ofLane).toEqual(Array.from({ length: 20 }, (_, count) => `${lane}/${count}`));
    }
    expect(new Set(begun.map((one) => one.replica))).toEqual(new Set(['a', 'b']));
  });

  test('keep one job under a key, the newest, wherever it was added', async () => {
    const other = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog() });
    try {
      const adding = Array.from({ length: 20 }, async (_, count) => {
        await (count % 2 === 0 ? queue : other).add(job(`early-${count}`), { lane: 'a', key: 'k' });
      });
      await Promise.all(adding);
      await other.add(job('newest'), { lane: 'a', key: 'k' });
      expect(await queue.depth()).toEqual({ waiting: 1, running: 0, dead: 0 });
      const one = await replica({ name: 'a' });
      await one.says('began newest');
      expect(await seen()).toEqual([{ replica: 'a', name: 'newest' }]);
    } finally {
      await other.drain(0);
    }
  });
});

/** Adds jobs, each in a lane of its own, until this replica has begun one; the others finish theirs. Its name and lane. */
async function jobBegunBy(wanted: Replica): Promise<string> {
  for (let count = 0; ; count += 1) {
    const name = `try-${count}`;
    await queue.add(job(name), { lane: name });
    const begun = replicas.map(async (one) => {
      await one.says(`began ${name}`);
      return one;
    });
    if ((await Promise.any(begun)) === wanted) return name;
  }
}

test('what a killed replica was doing is done by another, before the rest of its lane; a living one keeps what takes long', async () => {
  const living = await replica({ name: 'living', endless: 'long' });
  await queue.add(job('long'), { lane: 'long' });
  await living.says('began long');
  const killed = await replica({ name: 'killed', endless: '*' });
  const name = await jobBegunBy(killed);
  await queue.add(job('behind'), { lane: name });
  await killed.kill();
  await living.says('began behind');
  const begun = await seen();
  expect(begun.filter((one) => one.name === name || one.name === 'behind')).toEqual([
    { replica: 'killed', name },
    { replica: 'living', name },
    { replica: 'living', name: 'behind' },
  ]);
  expect(begun.filter((one) => one.name === 'long')).toEqual([{ replica: 'living', name: 'long' }]);
  // Begun before the one that was cut short: nobody took it from the living replica meanwhile.
  const kept = await database.read(
    async (db) => await sql`select state, retry_count from pgboss.job where group_id = 'long'`.execute(db),
  );
  expect(kept.rows).toEqual([{ state: 'active', retry_count: 0 }]);
});
