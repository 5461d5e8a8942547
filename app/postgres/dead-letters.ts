import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { DeadLetter } from '../../shared/ports/jobs.ts';
import { takeTurns } from '../sql/dialect.ts';
import type { BossTransaction } from './boss-transaction.ts';
import { DEAD_QUEUE } from './queue-names.ts';
import { jobFromText, messageOfFailure, type StoredFailure, type StoredJob } from './stored-job.ts';

/** Oldest first. */
export async function deadLetters(boss: PgBoss): Promise<readonly DeadLetter[]> {
  const kept = await boss.findJobs<StoredJob>(DEAD_QUEUE, { queued: true });
  return kept.sort((a, b) => a.createdOn.getTime() - b.createdOn.getTime()).map(letterFrom);
}

/** Takes one out, so that nobody else can; undefined when there is none with this id. */
export async function takeLetter({ boss, sql, db }: BossTransaction, id: string): Promise<DeadLetter | undefined> {
  if (!isUuid(id)) return undefined;
  await takeTurns(sql, 'postgres', 'take a dead letter');
  const [found] = await boss.findJobs<StoredJob>(DEAD_QUEUE, { id, queued: true, db });
  if (found === undefined) return undefined;
  await boss.deleteJob(DEAD_QUEUE, id, { db });
  return letterFrom(found);
}

function letterFrom({ id, data, output, sourceRetryCount, createdOn }: JobWithMetadata<StoredJob>): DeadLetter {
  const failure: StoredFailure | null = output;
  return {
    id,
    job: jobFromText(data.job),
    lane: data.lane,
    attempts: data.failures + (sourceRetryCount ?? 0) + 1,
    error: messageOfFailure(failure),
    at: createdOn.getTime(),
  };
}

/** PostgreSQL refuses to compare an id with anything else. */
function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
