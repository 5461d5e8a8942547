import type { RunStore } from '../../ports/store.ts';
import type { Watched } from './due.ts';

/** Written together; of thousands at once, what they hold on to would add up. */
const BATCH = 100;

/** Writes down that these runs were looked after just now. @param checkedAt milliseconds since the epoch */
export async function noteLooks(
  store: Pick<RunStore, 'update'>,
  runs: readonly Watched[],
  checkedAt: number,
): Promise<void> {
  for (let first = 0; first < runs.length; first += BATCH) {
    const batch = runs.slice(first, first + BATCH);
    await Promise.all(batch.map(async ({ id }) => await store.update(id, { checkedAt })));
  }
}
