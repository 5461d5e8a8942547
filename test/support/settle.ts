import type { Store } from '../../shared/ports/store.ts';

/** Settles a stored run. @param at milliseconds since the epoch */
export async function settle(store: Store, id: string, at: number): Promise<void> {
  const ending = { status: 'succeeded', reason: 'completed', message: '', at } as const;
  await store.update(id, { state: 'settled', ending });
}
