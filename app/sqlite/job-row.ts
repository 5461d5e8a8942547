import type { Insertable, Selectable } from 'kysely';
import type { DeadLetter, Job } from '../../shared/ports/jobs.ts';
import type { Entry, NewEntry } from '../queue/job-journal.ts';
import type { DeadLetterTable, JobTable } from '../sql/schema.ts';

export function rowFromEntry(entry: NewEntry): Insertable<JobTable> {
  const { job, lane, key = null, place, notBefore, failures, faults, held } = entry;
  const row = { lane, key, place, not_before: notBefore, failures, faults, held: held ? 1 : 0 };
  return { ...row, job: JSON.stringify(job) };
}

export function entryFromRow(row: Selectable<JobTable>): Entry {
  const { id, lane, key, place, failures, faults } = row;
  return {
    id,
    job: jobFrom(row.job),
    lane,
    key: key ?? undefined,
    place,
    notBefore: row.not_before,
    failures,
    faults,
    held: row.held === 1,
  };
}

export function letterFromRow({ id, letter }: Selectable<DeadLetterTable>): DeadLetter {
  return { ...letterFrom(letter), id: String(id) };
}

// The two places that believe what a row says: this process alone writes them, from values that were checked.

function jobFrom(text: string): Job {
  return JSON.parse(text);
}

function letterFrom(text: string): Omit<DeadLetter, 'id'> {
  return JSON.parse(text);
}
