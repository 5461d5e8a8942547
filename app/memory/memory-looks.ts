import { firstLook, isNews, watch } from '../../shared/domain/sweep/watch.ts';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { DueAccount, LookStore, OpenState, WatchedRun } from '../../shared/ports/store.ts';

export interface MemoryLooks extends LookStore {
  /** A run that is stored; `before` as it was, undefined when it is new. */
  readonly note: (run: RunRecord, before?: RunRecord) => void;
}

/** The next looks of the runs in this map. */
export function createMemoryLooks(runs: ReadonlyMap<string, RunRecord>): MemoryLooks {
  /** By id, of open runs. */
  const looks = new Map<string, number>();
  const dueNow = (state: OpenState, now: number): WatchedRun[] =>
    [...looks]
      .filter(([id, at]) => at <= now && runs.get(id)?.state === state)
      .toSorted(([, a], [, b]) => a - b)
      .flatMap(([id]) => watchedOf(runs.get(id), state));
  return {
    note: (run, before) => {
      if (run.state === 'settled') looks.delete(run.id);
      else if (before === undefined || isNews(before, run)) looks.set(run.id, firstLook(run));
    },
    due: async ({ state, now, limit }) => await Promise.resolve(dueNow(state, now).slice(0, limit)),
    dueOfTasks: async (taskIds, now) => {
      const wanted = new Set(taskIds);
      return await Promise.resolve(dueNow('running', now).filter(({ taskId = '' }) => wanted.has(taskId)));
    },
    dueAccounts: async (now) => await Promise.resolve(accountsOf(dueNow('running', now))),
    putOff: async (ids, until) => {
      for (const id of ids) if (looks.has(id)) looks.set(id, until);
      await Promise.resolve();
    },
    bringForward: async ({ laterThan, to }) => {
      for (const [id, at] of looks) if (at > Math.max(laterThan, to)) looks.set(id, to);
      await Promise.resolve();
    },
  };
}

function watchedOf(run: RunRecord | undefined, state: OpenState): WatchedRun[] {
  if (run === undefined) return [];
  const { id, taskId, trigger } = run;
  const owner = trigger.repository.owner.toLowerCase();
  return [{ id, state, ...(taskId !== undefined && { taskId }), owner, ...watch(run) }];
}

function accountsOf(due: readonly WatchedRun[]): readonly DueAccount[] {
  const accounts = new Map<string, DueAccount>();
  for (const { owner, beganAt } of due) {
    const known = accounts.get(owner) ?? { owner, runs: 0, beganAt };
    accounts.set(owner, { owner, runs: known.runs + 1, beganAt: Math.min(known.beganAt, beganAt) });
  }
  return [...accounts.values()];
}
