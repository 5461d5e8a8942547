import type { Engine } from './engine.ts';
import { addSubmit } from './run-jobs.ts';
import { isUnsent } from '../submission/turn.ts';
import type { Thread } from '../../model/thread.ts';

/** Gives the thread's oldest run that was not sent yet its chance; it looks itself whether its turn has come. */
export async function wakeNext(engine: Engine, thread: Thread): Promise<void> {
  const next = (await engine.store.openInThread(thread)).find(isUnsent);
  if (next !== undefined) await addSubmit(engine, next);
}
