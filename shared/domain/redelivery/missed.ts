import type { DeliveryAttempt } from '../../ports/missed-deliveries.ts';

/** An event that no attempt has brought here yet. */
export interface Missed {
  readonly guid: string;
  readonly event: string;
  /** Of the newest attempt. */
  readonly attemptId: number;
  /** When the first attempt was made that we know of; milliseconds since the epoch. */
  readonly at: number;
  /** How often we have asked for it. */
  readonly asks: number;
  /** Milliseconds since the epoch. */
  readonly askedAt?: number;
  /** Nothing more is done about it. */
  readonly givenUp?: true;
}

/** GitHub delivers nothing again that is older. */
export const KEPT_MS = 3 * 24 * 3_600_000;
/** Too large once is too large for ever. */
const PAYLOAD_TOO_LARGE = 413;
/**
 * Waits before an event is asked for again, and at last given up: the first is for what passes soon, the second for a night
 * without anybody to mend it.
 */
const PAUSES_MS = [15 * 60_000, 8 * 3_600_000, 15 * 60_000];

/**
 * What is missing after these attempts became known.
 *
 * @param attempts newest first
 */
export function missingAfter(missed: readonly Missed[], attempts: readonly DeliveryAttempt[]): readonly Missed[] {
  const known = new Map(missed.map((one) => [one.guid, one]));
  const arrived = new Set<string>();
  for (const attempt of attempts) {
    const { guid, statusCode } = attempt;
    if (hasArrived(statusCode) || statusCode === PAYLOAD_TOO_LARGE) {
      arrived.add(guid);
      known.delete(guid);
    } else if (!arrived.has(guid)) known.set(guid, withAttempt(known.get(guid), attempt));
  }
  return [...known.values()].toSorted((a, b) => a.at - b.at);
}

/** Whether it is time to ask for the event, for the first time or once more. */
export function isDue({ asks, askedAt, givenUp }: Missed, now: number): boolean {
  return givenUp !== true && asks < PAUSES_MS.length && isPauseOver(asks, askedAt, now);
}

/** Whether asking has been of no use often enough. */
export function isHopeless({ asks, askedAt, givenUp }: Missed, now: number): boolean {
  return givenUp !== true && asks >= PAUSES_MS.length && isPauseOver(asks, askedAt, now);
}

function isPauseOver(asks: number, askedAt: number | undefined, now: number): boolean {
  // A clock that jumped back must not put it off for ever.
  return askedAt === undefined || askedAt > now || now - askedAt >= (PAUSES_MS[asks - 1] ?? 0);
}

function withAttempt(known: Missed | undefined, { guid, event, id, at }: DeliveryAttempt): Missed {
  if (known === undefined) return { guid, event, attemptId: id, at, asks: 0 };
  return { ...known, attemptId: Math.max(known.attemptId, id), at: Math.min(known.at, at) };
}

function hasArrived(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}
