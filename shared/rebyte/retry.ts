// Pure rules of when to try again; the loops that obey them are in transport.ts and follow.ts.

export interface RetryPolicy {
  /** How often a request is made in all, the first time included. Default 5; 1 means never again. */
  readonly attempts: number;
  /** The first backoff's upper bound in milliseconds; it doubles with each attempt. Default 500. */
  readonly baseMs: number;
  /** The upper bound of all backoffs in milliseconds. Default 10,000. */
  readonly capMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseMs: 500, capMs: 10_000 };

/** A longer `Retry-After` is the caller's to wait out: the error carries it. */
const MAX_RETRY_AFTER_MS = 60_000;
const RETRYABLE_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

export interface FailedAttempt {
  /** `safe` to make twice, or only when the first provably never left. */
  readonly repeat: 'safe' | 'if-unsent';
  /** Which attempt failed, from 1. */
  readonly attempt: number;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** For failures without an answer. */
  readonly sent?: 'no' | 'maybe' | undefined;
}

/**
 * Milliseconds to wait before the next attempt, or undefined to stop. Backoff has full jitter; `Retry-After` is a
 * lower bound that jitter is added to, so that clients told the same do not return together.
 */
export function retryDelay(policy: RetryPolicy, failed: FailedAttempt, random: () => number): number | undefined {
  if (failed.attempt >= policy.attempts || !isRepeatable(failed)) return undefined;
  const backoff = random() * Math.min(policy.capMs, policy.baseMs * 2 ** (failed.attempt - 1));
  if (failed.retryAfterMs === undefined) return backoff;
  if (failed.retryAfterMs > MAX_RETRY_AFTER_MS) return undefined;
  return failed.retryAfterMs + Math.min(backoff, policy.baseMs);
}

function isRepeatable(failed: FailedAttempt): boolean {
  if (failed.repeat === 'if-unsent') return failed.sent === 'no';
  return failed.status === undefined || RETRYABLE_STATUSES.has(failed.status);
}

/**
 * `Retry-After` in milliseconds; undefined when absent, unreadable or negative.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after — seconds, or an HTTP date.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse alone would take nearly anything, "-5" included.
  const date = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) || date < now ? undefined : date - now;
}

export interface PollPace {
  readonly firstMs: number;
  readonly capMs: number;
}

/** The pause before poll number `round` (from 0): grows by half each time, up to the cap, ±20 % so that many clients spread. */
export function pollDelay(pace: PollPace, round: number, random: () => number): number {
  return Math.min(pace.capMs, pace.firstMs * 1.5 ** round) * (0.8 + 0.4 * random());
}
