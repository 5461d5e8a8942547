import { sql } from 'kysely';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { stopClaims, type BossTransaction } from './boss-transaction.ts';
import { HELD_PRIORITY, type WorkQueueName } from './queue-names.ts';
import type { StoredJob } from './stored-job.ts';

export type ClaimedJob = JobWithMetadata<StoredJob>;

type FetchOptions = NonNullable<Parameters<PgBoss['fetch']>[1]>;

export interface Claim {
  readonly jobs: readonly ClaimedJob[];
  /** More are due than were asked for; those of one lane may have hidden others. */
  readonly isMore: boolean;
  /** Milliseconds until the next one that waits for its moment; undefined when none does. */
  readonly nextMs?: number;
}

/**
 * The first job of every lane in which none runs and none waits to be tried again, at most `count`, oldest first. Replicas
 * take turns: else two that claim at once could take the first and the second of one lane, as each skips what the other locks.
 */
export async function claimJobs(within: BossTransaction, queue: WorkQueueName, count: number): Promise<Claim> {
  // A claim that is lost with the server's power is made again: there is nothing to wait for the disk for.
  await sql`select set_config('synchronous_commit', 'off', true)`.execute(within.sql);
  await stopClaims(within, queue);
  const { held, next_ms, is_held_due, due } = await waitingJobs(within, queue);
  // Of one lane pg-boss takes what was added first, so a job that is tried again has to be asked for on its own.
  const again = is_held_due ? await fetchJobs(within, queue, { count, minPriority: HELD_PRIORITY }) : [];
  const left = count - again.length;
  const fresh = left > 0 ? await fetchJobs(within, queue, { count: left, ignoreGroups: held }) : [];
  return { jobs: [...again, ...fresh], isMore: due > count, ...(next_ms !== null && { nextMs: next_ms }) };
}

type Wanted = Pick<FetchOptions, 'ignoreGroups' | 'minPriority'> & { readonly count: number };

async function fetchJobs({ boss, db }: BossTransaction, queue: WorkQueueName, wanted: Wanted): Promise<ClaimedJob[]> {
  const { count, ...rest } = wanted;
  return await boss.fetch<StoredJob>(queue, {
    ...rest,
    batchSize: count,
    groupConcurrency: 1,
    // Ids are numbers that grow; see enqueue.ts.
    orderByCreatedOn: false,
    includeMetadata: true,
    db,
  });
}

interface WaitingJobs {
  /** Lanes whose first job waits to be tried again. */
  readonly held: string[];
  readonly next_ms: number | null;
  readonly is_held_due: boolean;
  readonly due: number;
}

const NONE: WaitingJobs = { held: [], next_ms: null, is_held_due: false, due: 0 };

async function waitingJobs({ sql: queries }: BossTransaction, queue: WorkQueueName): Promise<WaitingJobs> {
  const { rows } = await sql<WaitingJobs>`
    select coalesce(array_agg(group_id) filter (where (state = 'retry' or priority = ${HELD_PRIORITY}) and start_after > now()), '{}') as held,
           (extract(epoch from min(start_after) filter (where start_after > now()) - now()) * 1000)::float8 as next_ms,
           coalesce(bool_or(priority = ${HELD_PRIORITY} and start_after <= now()), false) as is_held_due,
           count(*) filter (where start_after <= now()) as due
      from pgboss.job
     where name = ${queue} and state < 'active' and not blocked`.execute(queries);
  return rows[0] ?? NONE;
}
