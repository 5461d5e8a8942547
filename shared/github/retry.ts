import type { Failure, Refusal } from './failure.ts';

/** Waits between attempts after a fault grow from here, doubling, with full jitter. */
const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;
/** Attempts after a fault, the first included. Rate limits are not faults: only the waiting budget bounds them. */
const MAX_ATTEMPTS = 5;
/** "Wait for at least one minute" when a secondary limit comes without `retry-after`. */
const SECONDARY_LIMIT_MS = 60_000;
/** GitHub's reset is in whole seconds; asking in the very second it names is often a second too early. */
const RESET_MARGIN_MS = 1_000;

export interface Attempt {
  readonly failure: Failure;
  /** May the request be sent again although it may have been carried out? */
  readonly idempotent: boolean;
  /** Faults so far, this one included: 1, 2, … */
  readonly faults: number;
  /** Secondary limits met so far on this call, this one included. */
  readonly limits: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

export type Verdict =
  | { readonly kind: 'wait'; readonly ms: number; readonly because: 'limit' | 'fault' }
  /** The request was carried out or not, and repeating it could do it twice. */
  | { readonly kind: 'in-doubt' }
  | { readonly kind: 'stop' };

/**
 * What to do after a failed attempt. Pure, so that every rule can be read off a table.
 *
 * A request refused for a rate limit was not carried out, so even a POST is sent again. After a 5xx or a cut
 * connection a POST may have been carried out: it is never blindly repeated.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function verdictAfter(attempt: Attempt): Verdict {
  const { failure } = attempt;
  if (failure.kind === 'refusal' && isRateLimit(failure)) {
    return { kind: 'wait', ms: limitDelayMs(failure, attempt), because: 'limit' };
  }
  if (failure.kind === 'refusal' && failure.status < 500) return { kind: 'stop' };
  const mayRepeat = attempt.idempotent || (failure.kind === 'breakdown' && failure.sent === 'no');
  if (!mayRepeat) return { kind: 'in-doubt' };
  if (attempt.faults >= MAX_ATTEMPTS) return { kind: 'stop' };
  const ceiling = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt.faults - 1));
  return { kind: 'wait', ms: Math.round(ceiling * attempt.random), because: 'fault' };
}

function isRateLimit({ status, headers, message }: Refusal): boolean {
  if (status === 429) return true;
  // The last call of the hour can be refused for a permission: remaining is 0 then too, and waiting mends nothing.
  if (status !== 403 || /not accessible by/i.test(message)) return false;
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /secondary rate limit|abuse detection/i.test(message)
  );
}

function limitDelayMs({ headers }: Refusal, { limits, now, random }: Attempt): number {
  // Many jobs wait for the same second; up to 10 % more spreads them.
  const spread = (ms: number): number => Math.round(ms * (1 + random / 10));
  const retryAfterS = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(retryAfterS)) return spread(Math.max(0, retryAfterS) * 1000);
  const resetS = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(resetS)) {
    // Against the server's own clock, so that a runner whose clock is off waits the right time.
    const serverNow = Date.parse(headers['date'] ?? '');
    return spread(Math.max(0, resetS * 1000 - (Number.isNaN(serverNow) ? now : serverNow)) + RESET_MARGIN_MS);
  }
  return spread(SECONDARY_LIMIT_MS * 2 ** (limits - 1));
}
