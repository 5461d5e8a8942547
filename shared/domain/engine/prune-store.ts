import type { Engine } from './engine.ts';
import { TryLater } from '../../ports/jobs.ts';

/** Small enough that nothing else waits long for the database. */
const BATCH = 500;
const PAUSE_MS = 100;

/**
 * Forgets settled runs that are older than they are kept, and what has expired, a batch at a time. Meant to run every hour.
 *
 * @throws TryLater while there may be more; other jobs come in between
 */
export async function pruneStore({
  store,
  clock,
  retentionMs,
  log,
}: Pick<Engine, 'store' | 'clock' | 'retentionMs' | 'log'>): Promise<void> {
  const now = clock.now();
  const pruned = await store.prune({ settledBefore: now - retentionMs, now, limit: BATCH });
  if (pruned > 0) log({}).debug(`${pruned} old records were forgotten.`);
  if (pruned >= BATCH) throw new TryLater('There may be more to forget.', PAUSE_MS);
}
