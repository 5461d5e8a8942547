import type { ClockPort } from '../ports/clock.ts';
import { ForgeError, WriteInDoubtError } from '../ports/forge-error.ts';
import { TryLater } from '../ports/jobs.ts';
import type { Store } from '../ports/store.ts';

/** GitHub ends a request after 10 s, whoever has gone away meanwhile; the rest is for the way there and for clocks. */
const LANDS_WITHIN_MS = 15_000;
/** Before it leaves, a request may wait for GitHub's limits: a quarter of an hour, and some minutes for its turn. */
const LEAVES_WITHIN_MS = 3_600_000;
const WHY = 'What was begun a moment ago may still appear on GitHub.';

/** Stands around each creation of something that was looked for and is not there. */
export type CreationGuard = <T>(create: () => Promise<T>) => Promise<T>;

/** A creation that may have happened. Moments are in milliseconds since the epoch. */
export interface Begun {
  readonly at: number;
  /** When it was first looked for, and was not there. */
  readonly missedAt?: number;
}

/** Where it is noted that a creation was begun; undefined: none that may have happened. */
export interface BeganNote {
  readonly read: () => Promise<Begun | undefined>;
  readonly write: (begun: Begun | undefined) => Promise<void>;
}

/**
 * Something was to be created, its sender died or heard no answer, and it cannot be found. It may be there a moment later,
 * so it is created anew only when that cannot be any more. When its request left is not known, it may have waited for
 * GitHub's limits before; by the first look it had, so the time counts from there. The guard rejects with TryLater until
 * then, which holds the lane: what is said next stands below it. When the clock is set back the time begins again.
 */
export function creationGuard(clock: Pick<ClockPort, 'now'>, note: BeganNote): CreationGuard {
  return async (create) => {
    const begun = await note.read();
    if (begun !== undefined) await waitUntilLanded(clock.now(), note, begun);
    await note.write({ at: clock.now() });
    try {
      return await create();
    } catch (error) {
      if (isNotCreated(error)) await note.write(undefined);
      throw error;
    }
  };
}

async function waitUntilLanded(now: number, note: BeganNote, { at, missedAt = Infinity }: Begun): Promise<void> {
  const isFirstLook = missedAt > now;
  if (isFirstLook) await note.write({ at, missedAt: now });
  const restMs = LANDS_WITHIN_MS - (isFirstLook ? 0 : now - missedAt);
  if (restMs > 0) throw new TryLater(WHY, restMs, { holdsLane: true });
}

/** GitHub refused it, or it was not even sent. */
function isNotCreated(error: unknown): boolean {
  return error instanceof TryLater || (error instanceof ForgeError && !(error instanceof WriteInDoubtError));
}

/** The same for what has no record of its own: the note is kept under this key. */
export function notedCreation(
  { store, clock }: { readonly store: Store; readonly clock: ClockPort },
  key: string,
): CreationGuard {
  const name = `creating:${key}`;
  const note: BeganNote = {
    read: async () => {
      const [at, missedAt] = (await store.read(name))?.split(' ').map(Number) ?? [];
      return at === undefined ? undefined : { at, ...(missedAt !== undefined && { missedAt }) };
    },
    write: async (begun) => {
      if (begun === undefined) return await store.write(name, undefined);
      const { at, missedAt } = begun;
      const expiresAt = missedAt === undefined ? at + LEAVES_WITHIN_MS : missedAt + LANDS_WITHIN_MS;
      await store.write(name, missedAt === undefined ? String(at) : `${at} ${missedAt}`, { expiresAt });
    },
  };
  const guard = creationGuard(clock, note);
  return async (create) => {
    const created = await guard(create);
    // It was answered, and what comes under this key later need not wait for it.
    const now = clock.now();
    await note.write({ at: now, missedAt: now });
    return created;
  };
}
