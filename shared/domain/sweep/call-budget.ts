import { z } from 'zod';
import type { Engine } from '../engine/engine.ts';
import type { NoteStore } from '../../ports/store.ts';

/** How many calls to Rebyte one sweep may still make. */
export interface CallBudget {
  left: number;
}

const MAX_CALLS = 60;
const MAX_CALLS_A_MINUTE = 120;
/** Of two sweeps a minute, one that begins late by less than a second does not cost the next its calls. */
const MINUTE_MS = 59_000;

const NOTE = 'sweep:calls';
const NOTED = z.array(z.object({ at: z.number(), calls: z.number() }));
type Noted = z.infer<typeof NOTED>;

/** Takes `calls` out of the budget; false when they are not there. */
export function spend(budget: CallBudget, calls: number): boolean {
  if (budget.left < calls) return false;
  budget.left -= calls;
  return true;
}

/**
 * Does what one sweep does with its calls: 60 at most, and no more than 120 in a minute with those of the sweeps before it.
 * Sweeps are in one lane, so those of all replicas come one after the other, and each knows of the others by a note.
 */
export async function withinBudget(
  { store, clock }: Pick<Engine, 'store' | 'clock'>,
  act: (budget: CallBudget) => Promise<void>,
): Promise<void> {
  const now = clock.now();
  // What lies ahead was noted by a clock that has been set back.
  const before = (await callsNoted(store)).filter(({ at }) => at > now - MINUTE_MS && at <= now);
  const most = Math.min(MAX_CALLS, MAX_CALLS_A_MINUTE - before.reduce((sum, { calls }) => sum + calls, 0));
  const budget: CallBudget = { left: most };
  try {
    await act(budget);
  } finally {
    const calls = most - budget.left;
    if (calls > 0)
      await store.write(NOTE, JSON.stringify([...before, { at: now, calls }]), { expiresAt: now + MINUTE_MS });
  }
}

async function callsNoted(store: NoteStore): Promise<Noted> {
  return NOTED.parse(JSON.parse((await store.read(NOTE)) ?? '[]'));
}
