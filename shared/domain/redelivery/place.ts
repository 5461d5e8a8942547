import { z } from 'zod';
import type { Missed } from './missed.ts';
import type { NoteStore } from '../../ports/store.ts';

/** How far GitHub's list of attempts has been read, and what was found missing on the way. */
export interface Place {
  /** Attempts from before this moment are known; milliseconds since the epoch, by GitHub's clock. */
  readonly since: number;
  /** A list that is being read: where it goes on, and where `since` will be when its end is reached. */
  readonly reading?: { readonly cursor: string; readonly nextSince: number };
  /** Oldest first. */
  readonly missed: readonly Missed[];
}

const PLACE = z.object({
  since: z.number(),
  reading: z.object({ cursor: z.string(), nextSince: z.number() }).exactOptional(),
  missed: z.array(
    z.object({
      guid: z.string(),
      event: z.string(),
      attemptId: z.number(),
      at: z.number(),
      asks: z.number(),
      askedAt: z.number().exactOptional(),
      givenUp: z.literal(true).exactOptional(),
    }),
  ),
});

const NOTE = 'redelivery:place';
const LIFE_MS = 7 * 24 * 3_600_000;

/** Undefined before the first look, and when the last one was long ago. */
export async function readPlace(store: Pick<NoteStore, 'read'>): Promise<Place | undefined> {
  const text = await store.read(NOTE);
  return text === undefined ? undefined : PLACE.parse(JSON.parse(text));
}

export async function keepPlace(store: Pick<NoteStore, 'write'>, place: Place, now: number): Promise<void> {
  await store.write(NOTE, JSON.stringify(place), { expiresAt: now + LIFE_MS });
}
