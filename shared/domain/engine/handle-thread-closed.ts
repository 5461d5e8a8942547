import type { ThreadClosed } from '../../model/trigger.ts';
import { loadConfig } from '../config/load-config.ts';
import { cancelRun, runsMeant } from './cancel-run.ts';
import type { Engine } from './engine.ts';

/**
 * Cancels the open runs of an issue or pull request that was closed or merged, where the configuration says so; not those
 * that were asked for after it.
 */
export async function handleThreadClosed(engine: Engine, closed: ThreadClosed): Promise<void> {
  const { installationId, thread, happenedAt } = closed;
  const runs = runsMeant(await engine.store.openInThread(thread), happenedAt);
  if (runs.length === 0) return;
  const forge = await engine.forgeFor(installationId);
  const loaded = await loadConfig({ forge, notes: engine.store, repository: thread });
  if (loaded.kind === 'broken' || !loaded.config.cancelOnClose) return;
  for (const run of runs) await cancelRun(engine, run, 'closing this thread');
}
