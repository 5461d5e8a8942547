import type { Insertable } from 'kysely';
import { threadKey } from '../../shared/domain/engine/lanes.ts';
import { firstLook, isNews, watch } from '../../shared/domain/sweep/watch.ts';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { RepositoryName } from '../../shared/model/thread.ts';
import type { RunTable } from './schema.ts';
import { StorageUnusable } from './storage-error.ts';

/** @param before the run as it is stored: without news its next look is left as it is. Default: it is new. */
export function rowFromRun(run: RunRecord, before?: RunRecord): Insertable<RunTable> {
  const { trigger, command } = run;
  const { beganAt, askedAt, overdueAt } = watch(run);
  return {
    id: run.id,
    source_id: trigger.sourceId,
    position: command.position,
    thread_key: threadKey(trigger.thread),
    repository: repositoryKey(trigger.repository),
    sender: trigger.sender.login.toLowerCase(),
    task_id: run.taskId ?? null,
    state: run.state,
    created_at: run.createdAt,
    settled_at: run.state === 'settled' ? (run.ending?.at ?? 0) : null,
    began_at: beganAt,
    asked_at: askedAt,
    overdue_at: Number.isFinite(overdueAt) ? overdueAt : null,
    ...((before === undefined || isNews(before, run)) && { look_at: run.state === 'settled' ? null : firstLook(run) }),
    record: JSON.stringify(run),
  };
}

/** The one place that believes what a row says: {@link rowFromRun} alone writes it, from a value that was checked. */
export function runFromRow({ record }: { readonly record: string }): RunRecord {
  try {
    return JSON.parse(record);
  } catch (cause) {
    throw new StorageUnusable(`A run in the database is no JSON: "${record.slice(0, 60)}". Restore a backup.`, {
      cause,
    });
  }
}

/** The same for every spelling: GitHub ignores case. */
export function repositoryKey({ owner, repo }: RepositoryName): string {
  return `${owner}/${repo}`.toLowerCase();
}
