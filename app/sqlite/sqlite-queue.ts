import type { WorkQueue } from '../../shared/ports/jobs.ts';
import { LaneQueue, type LaneQueueOptions } from '../queue/lane-queue.ts';
import type { Database } from '../sql/database.ts';
import { createSqliteJournal, readEntries } from './sqlite-journal.ts';

/** A queue in a SQLite database, which its one process works on. It begins with what was left when the last one ended. */
export async function openSqliteQueue(database: Database, options: LaneQueueOptions): Promise<WorkQueue> {
  return new LaneQueue(options, {
    journal: createSqliteJournal(database),
    kept: await readEntries(database),
    durable: true,
  });
}
