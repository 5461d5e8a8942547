import { sql } from 'kysely';
import type { JobWithMetadata } from 'pg-boss';
import { stopClaims, type BossTransaction } from './boss-transaction.ts';
import type { WorkQueueName } from './queue-names.ts';
import type { StoredJob } from './stored-job.ts';

export type ClaimedJob = JobWithMetadata<StoredJob>;

export interface Claim {
  readonly jobs: readonly ClaimedJob[];
  /** Milliseconds until the next one that waits for its moment; undefined when none does. */
  readonly nextMs?: number;
}

/**
 * The first job of every lane in which none runs and none waits to be tried again, at most `count`, oldest first. Replicas
 * take turns: else two that claim at once could take the first and the second of one lane, as each skips what the other locks.
 */
export async function claimJobs(within: BossTransaction, queue: WorkQueueName, count: number): Promise<Claim> {
  // A claim that is lost with the server's power is made again: there is nothing to wait for the disk for.
  await sql`set local synchronous_commit to off`.execute(within.sql);
  await stopClaims(within, queue);
  const { held, next_ms } = await laterJobs(within, queue);
  const jobs = await within.boss.fetch<StoredJob>(queue, {
    batchSize: count,
    groupConcurrency: 1,
    ignoreGroups: held,
    // Ids are numbers that grow; see enqueue.ts.
    orderByCreatedOn: false,
    includeMetadata: true,
    db: within.db,
  });
  return { jobs, ...(next_ms !== null && { nextMs: next_ms }) };
}

interface LaterJobs {
  /** Lanes whose failed job waits to be tried again. */
  readonly held: string[];
  readonly next_ms: number | null;
}

async function laterJobs({ sql: queries }: BossTransaction, queue: WorkQueueName): Promise<LaterJobs> {
  const { rows } = await sql<LaterJobs>`
    select coalesce(array_agg(group_id) filter (where state = 'retry'), '{}') as held,
           (extract(epoch from min(start_after) - now()) * 1000)::float8 as next_ms
      from pgboss.job
     where name = ${queue} and state < 'active' and not blocked and start_after > now()`.execute(queries);
  return rows[0] ?? { held: [], next_ms: null };
}
