import { noteMissedWebhooks } from '../shared/domain/engine/sweep-runs.ts';
import type { Engine } from '../shared/domain/engine/engine.ts';
import { messageOf } from '../shared/model/message-of.ts';

const AGAIN_MS = 5_000;

/**
 * Rebyte could not call until now: what ended meanwhile is looked for at once. Nobody else will say so again, so while the
 * storage takes nothing it is tried until it does. Never rejects.
 *
 * @param stopping ends it unfinished
 */
export async function closeGap(
  { store, jobs, clock, log }: Pick<Engine, 'store' | 'jobs' | 'clock' | 'log'>,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      await noteMissedWebhooks({ store, clock });
      await jobs.add({ kind: 'sweep' }, { lane: 'sweep', key: 'sweep' });
      return;
    } catch (error) {
      const why = messageOf(error);
      log({}).warning(`Runs whose webhooks were missed cannot be looked for yet, again in ${AGAIN_MS} ms: ${why}`);
      // The only rejection is the end.
      await clock.sleep(AGAIN_MS, stopping).catch(() => undefined);
    }
  }
}
