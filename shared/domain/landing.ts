import type { ClockPort } from '../ports/clock.ts';
import { ForgeError, WriteInDoubtError } from '../ports/forge-error.ts';
import { TryLater } from '../ports/jobs.ts';
import type { Store } from '../ports/store.ts';

/** GitHub ends a request after 10 s, whoever has gone away meanwhile; the rest is for the way there and for clocks. */
const LANDS_WITHIN_MS = 15_000;
const WHY = 'What was begun a moment ago may still appear on GitHub.';

/** Stands around each creation of something that was looked for and is not there. */
export type CreationGuard = <T>(create: () => Promise<T>) => Promise<T>;

/** Where it is noted when a creation was begun, in milliseconds since the epoch; undefined: none that may have happened. */
export interface BeganNote {
  readonly read: () => Promise<number | undefined>;
  readonly write: (beganAt: number | undefined) => Promise<void>;
}

/**
 * Something was to be created, its sender died or heard no answer, and it cannot be found. It may be there a moment later,
 * so it is created anew only when that cannot be any more. The guard rejects with TryLater until then, which holds the
 * lane: what is said next stands below it. A clock that was set back is not waited for.
 */
export function creationGuard(clock: Pick<ClockPort, 'now'>, note: BeganNote): CreationGuard {
  return async (create) => {
    const now = clock.now();
    const ago = now - ((await note.read()) ?? -Infinity);
    if (ago >= 0 && ago < LANDS_WITHIN_MS) throw new TryLater(WHY, LANDS_WITHIN_MS - ago, { holdsLane: true });
    await note.write(now);
    try {
      return await create();
    } catch (error) {
      if (error instanceof ForgeError && !(error instanceof WriteInDoubtError)) await note.write(undefined);
      throw error;
    }
  };
}

/** The same for what has no record of its own: the note is kept under this key. */
export function notedCreation(
  { store, clock }: { readonly store: Store; readonly clock: ClockPort },
  key: string,
): CreationGuard {
  const note = `creating:${key}`;
  return creationGuard(clock, {
    read: async () => {
      const begun = await store.read(note);
      return begun === undefined ? undefined : Number(begun);
    },
    write: async (beganAt) => {
      if (beganAt === undefined) await store.write(note, undefined);
      else await store.write(note, String(beganAt), { expiresAt: beganAt + LANDS_WITHIN_MS });
    },
  });
}
