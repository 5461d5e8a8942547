import type { RunStore } from '../../ports/store.ts';

/** Ids of the runs whose request to this Agent Computer may be on its way, oldest first. */
export async function sendingTo(store: Pick<RunStore, 'open'>, workspaceId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const run of store.open(['submitting']))
    if (run.workspaceId === workspaceId && run.submission?.phase === 'sending') ids.push(run.id);
  return ids;
}
