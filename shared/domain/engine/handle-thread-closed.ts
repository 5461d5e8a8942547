import type { ThreadClosed } from '../../model/trigger.ts';
import { loadConfig } from '../config/load-config.ts';
import { cancelRun } from './cancel-run.ts';
import type { Engine } from './engine.ts';

/** Cancels the open runs of an issue or pull request that was closed or merged, where the configuration says so. */
export async function handleThreadClosed(engine: Engine, { installationId, thread }: ThreadClosed): Promise<void> {
  const open = await engine.store.openInThread(thread);
  if (open.length === 0) return;
  const forge = await engine.forgeFor(installationId);
  const loaded = await loadConfig({ forge, notes: engine.store, repository: thread });
  if (loaded.kind === 'broken' || !loaded.config.cancelOnClose) return;
  for (const run of open) await cancelRun(engine, run, 'closing this thread');
}
