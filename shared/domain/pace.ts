import type { ClockPort } from '../ports/clock.ts';
import type { Entry, PacePort, Purpose } from '../ports/pace.ts';

/** What GitHub lets an installation write. */
export interface WriteLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

/**
 * GitHub's limits for requests that create content.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export const GITHUB_WRITE_LIMITS: WriteLimits = { perMinute: 80, perHour: 500 };

/**
 * Keeps the writes of each installation within the limits, in sliding windows. Of one process: replicas do not know of each
 * other's, and wait when GitHub says so.
 */
export interface Pace extends PacePort {
  /** Milliseconds until one more write fits the limits, 0 when it fits now. For what a person waits for: it may use all there is. */
  room(installationId: number): number;
  wrote(installationId: number): void;
}

/** How much of a limit reports may use; the rest is for what matters more. */
const SHARES: Readonly<Record<Purpose, number>> = { progress: 0.6, final: 0.9 };
/** A comment and a check run; at the end a reaction too. */
const WRITES: Readonly<Record<Purpose, number>> = { progress: 2, final: 3 };
/** Reports that are being written are done soon. */
const SOON_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Installations that write at the same time; a bound, not a need. */
const MAX_INSTALLATIONS = 1_000;

interface Written {
  /** Moments of the last hour, oldest first; milliseconds since the epoch. */
  at: number[];
  /** Writes that reports under way may still make. */
  held: number;
}

/** @param clock for the moments of writes */
export function createPace(limits: WriteLimits, clock: Pick<ClockPort, 'now'>): Pace {
  const installations = new Map<number, Written>();
  const windows: readonly Window[] = [
    { ms: MINUTE_MS, limit: limits.perMinute },
    { ms: HOUR_MS, limit: limits.perHour },
  ];
  const of = (id: number): Written => {
    const known = installations.get(id) ?? { at: [], held: 0 };
    const now = clock.now();
    // A clock that jumped back must not make its own past count for the future.
    known.at = known.at.filter((at) => at > now - HOUR_MS && at <= now);
    if (!installations.has(id) && installations.size >= MAX_INSTALLATIONS) forgetIdle(installations, now);
    installations.set(id, known);
    return known;
  };
  return {
    enter: (id, purpose) => enter(of(id), { purpose, windows, now: clock.now() }),
    room: (id) => waitFor(of(id).at, { windows, now: clock.now(), share: 1, writes: 1 }),
    wrote: (id) => void of(id).at.push(clock.now()),
  };
}

interface Window {
  readonly ms: number;
  readonly limit: number;
}

interface Wanted {
  readonly windows: readonly Window[];
  readonly now: number;
  /** Of each limit, in (0, 1]. */
  readonly share: number;
  readonly writes: number;
}

/** Milliseconds until so many writes more are within that share of every limit. */
function waitFor(writtenAt: readonly number[], { windows, now, share, writes }: Wanted): number {
  const waits = windows.map(({ ms, limit }) => {
    // A limit that is too small for a whole report lets one through when nothing else was written.
    const others = Math.max(0, Math.floor(limit * share) - writes);
    const recent = writtenAt.filter((at) => at > now - ms);
    const mustLeave = recent.at(-1 - others);
    return mustLeave === undefined ? 0 : mustLeave + ms - now;
  });
  return Math.max(...waits);
}

function enter(
  written: Written,
  { purpose, windows, now }: Pick<Wanted, 'windows' | 'now'> & { purpose: Purpose },
): Entry {
  const wanted = { windows, now, share: SHARES[purpose] };
  const writes = WRITES[purpose];
  const ms = waitFor(written.at, { ...wanted, writes });
  if (ms > 0) return { kind: 'wait', ms };
  if (!fitsBeside(written, { ...wanted, writes })) return { kind: 'wait', ms: SOON_MS };
  written.held += writes;
  let isIn = true;
  const leave = (): void => {
    if (isIn) written.held -= writes;
    isIn = false;
  };
  return { kind: 'go', leave };
}

/** Whether there is room beside the reports that are being written. */
function fitsBeside({ at, held }: Written, wanted: Wanted): boolean {
  if (held === 0) return true;
  const smallest = Math.min(...wanted.windows.map(({ limit }) => Math.floor(limit * wanted.share)));
  return held + wanted.writes <= smallest && waitFor(at, { ...wanted, writes: wanted.writes + held }) === 0;
}

function forgetIdle(installations: Map<number, Written>, now: number): void {
  for (const [id, { at, held }] of installations) {
    if (held === 0 && (at.at(-1) ?? 0) <= now - HOUR_MS) installations.delete(id);
  }
}
