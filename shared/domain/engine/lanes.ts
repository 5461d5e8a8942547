import type { RunRecord } from '../../model/run-record.ts';
import type { RepositoryName, Thread } from '../../model/thread.ts';

/**
 * Which jobs wait for each other. Triggers of a thread are taken in order; submitting has a lane of its own, because it can
 * take minutes and a `/rebyte cancel` must not wait for it; a run's reports are written one after the other, and so are
 * those of all runs of a schedule, which share an issue.
 */
export function triggerLane(thread: Thread): string {
  return `trigger:${threadKey(thread)}`;
}

export function submitLane(thread: Thread): string {
  return `submit:${threadKey(thread)}`;
}

export function reportLane({ id, target, trigger }: Pick<RunRecord, 'id' | 'target' | 'trigger'>): string {
  return target.kind === 'thread'
    ? `report:${id}`
    : `report:schedule:${scheduleKey(trigger.repository, target.schedule)}`;
}

/** The same for every spelling of a repository's name: GitHub ignores case. */
export function threadKey({ owner, repo, number }: Thread): string {
  return `${owner}/${repo}#${number}`.toLowerCase();
}

/** As {@link threadKey} for a schedule of the repository. */
export function scheduleKey({ owner, repo }: RepositoryName, schedule: string): string {
  return `${owner}/${repo}:${schedule}`.toLowerCase();
}
