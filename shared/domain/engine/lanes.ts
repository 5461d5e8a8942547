import type { Thread } from '../../model/thread.ts';

/**
 * Which jobs wait for each other. Triggers of a thread are taken in order; submitting has a lane of its own, because it can
 * take minutes and a `/rebyte cancel` must not wait for it; a run's reports are written one after the other.
 */
export function triggerLane(thread: Thread): string {
  return `trigger:${threadKey(thread)}`;
}

export function submitLane(thread: Thread): string {
  return `submit:${threadKey(thread)}`;
}

export function reportLane(runId: string): string {
  return `report:${runId}`;
}

/** The same for every spelling of a repository's name: GitHub ignores case. */
export function threadKey({ owner, repo, number }: Thread): string {
  return `${owner}/${repo}#${number}`.toLowerCase();
}
