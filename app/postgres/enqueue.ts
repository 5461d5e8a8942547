import { sql } from 'kysely';
import type { Job } from '../../shared/ports/jobs.ts';
import { stopClaims, type BossTransaction } from './boss-transaction.ts';
import { HELD_PRIORITY, queueOf } from './queue-names.ts';
import type { StoredJob } from './stored-job.ts';

/** A job on its way into the database. */
export interface NewJob {
  /** The place in its lane. Default: the end. */
  readonly id?: string;
  readonly job: Job;
  readonly lane: string;
  readonly key?: string | undefined;
  readonly delayMs: number;
  /** What it failed already, under another id. */
  readonly failures: number;
  /** What it waited out already. Default 0. */
  readonly faults?: number | undefined;
  readonly maxAttempts: number;
}

/** A job that waits at its place in its lane, before every other of it. */
export interface HeldJob extends NewJob {
  readonly id: string;
}

/** At its place, and its lane waits for it. Nothing happens when a newer one came under its key. */
export async function hold(within: BossTransaction, added: HeldJob): Promise<void> {
  await insert(within, added, added.id, HELD_PRIORITY);
}

/** In place of the one that waits under the same key, else at the end of its lane. */
export async function enqueue(within: BossTransaction, added: NewJob): Promise<void> {
  if (added.key === undefined) {
    await insert(within, added, added.id ?? (await nextId(within)));
    return;
  }
  // Others claim and add meanwhile, so what was found may be gone; each round sees what they did.
  while (!(await place(within, added))) continue;
}

/** Whether a job waits under the key. */
export async function waitsUnderKey(within: BossTransaction, { job, lane, key }: Keyed): Promise<boolean> {
  return key !== undefined && (await waiting(within, { job, lane, key })).length > 0;
}

interface Keyed {
  readonly job: Job;
  readonly lane: string;
  readonly key?: string | undefined;
}

async function place(within: BossTransaction, added: NewJob): Promise<boolean> {
  const found = await waiting(within, added);
  if (found.length === 0) return await insert(within, added, added.id ?? (await nextId(within)));
  if (found.some(({ state, priority }) => state === 'retry' || priority === HELD_PRIORITY))
    return await replaceFailed(within, added);
  const { boss, db } = within;
  const options = { singletonKey: uniqueKey(added), startAfter: interval(added.delayMs), db };
  return (await boss.update(queueOf(added.job), stored(added), options)).updated > 0;
}

/** A job that failed or waits something out holds its lane and has fewer attempts left; neither is true of the new one that takes its place. */
async function replaceFailed(within: BossTransaction, added: NewJob): Promise<boolean> {
  const { boss, db } = within;
  const queue = queueOf(added.job);
  await stopClaims(within, queue);
  const ids = (await waiting(within, added)).map(({ id }) => id).sort();
  const [id] = ids;
  if (id === undefined) return false;
  await boss.deleteJob(queue, ids, { db });
  return await insert(within, added, id);
}

/** False when another job came under the same key first. */
async function insert({ boss, db }: BossTransaction, added: NewJob, id: string, priority = 0): Promise<boolean> {
  const { job, lane, key, delayMs, failures, maxAttempts } = added;
  const sent = await boss.send(queueOf(job), stored(added), {
    id,
    priority,
    group: { id: lane },
    singletonKey: key === undefined ? id : uniqueKey(added),
    startAfter: interval(delayMs),
    retryLimit: Math.max(0, maxAttempts - 1 - failures),
    db,
  });
  return sent !== null;
}

async function waiting({ boss, db }: BossTransaction, of: Keyed) {
  return await boss.findJobs<StoredJob>(queueOf(of.job), { key: uniqueKey(of), queued: true, db });
}

/** Jobs are numbered, so that their order hangs on nobody's clock; in the shape that pg-boss asks of an id. */
async function nextId({ sql: queries }: BossTransaction): Promise<string> {
  const { rows } = await sql<{ id: string }>`select lpad(to_hex(nextval('job_order')), 32, '0')::uuid as id`.execute(
    queries,
  );
  return rows[0]?.id ?? '';
}

function stored({ job, lane, key, failures, faults = 0 }: NewJob): StoredJob {
  return { job: JSON.stringify(job), lane, failures, faults, ...(key !== undefined && { key }) };
}

/** Keys are the lane's own. */
function uniqueKey({ lane, key }: Keyed): string {
  return JSON.stringify([lane, key]);
}

/** From the database's own now, so that its clock and ours need not agree. */
function interval(ms: number): string {
  return `${Math.max(0, Math.ceil(ms))} milliseconds`;
}
