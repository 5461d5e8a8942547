import { describe, expect, test } from '@jest/globals';
import { type FailedAttempt, parseRetryAfter, pollDelay, retryDelay } from '../../../shared/rebyte/retry.ts';

const policy = { attempts: 4, baseMs: 100, capMs: 250 };
const failed: FailedAttempt = { repeat: 'safe', attempt: 1, status: 503 };

describe('retryDelay', () => {
  test('backs off with full jitter, doubling up to the cap', () => {
    const most = [1, 2, 3].map((attempt) => retryDelay(policy, { ...failed, attempt }, () => 1));
    expect(most).toEqual([100, 200, 250]);
    expect(retryDelay(policy, failed, () => 0)).toBe(0);
  });

  test('stops after the last attempt', () => {
    expect(retryDelay(policy, { ...failed, attempt: 4 }, () => 0)).toBeUndefined();
  });

  test.each([408, 429, 500, 502, 503, 504])('repeats a safe request after %i', (status) => {
    expect(retryDelay(policy, { ...failed, status }, () => 0)).toBe(0);
  });

  test.each([301, 400, 401, 403, 404, 409, 501])('does not repeat a safe request after %i', (status) => {
    expect(retryDelay(policy, { ...failed, status }, () => 0)).toBeUndefined();
  });

  test('repeats an unsafe request only when it never left', () => {
    const unsafe = { repeat: 'if-unsent', attempt: 1 } as const;
    expect(retryDelay(policy, { ...unsafe, sent: 'no' }, () => 0)).toBe(0);
    expect(retryDelay(policy, { ...unsafe, sent: 'maybe' }, () => 0)).toBeUndefined();
    expect(retryDelay(policy, { ...unsafe, status: 503, retryAfterMs: 1 }, () => 0)).toBeUndefined();
  });

  test('never returns before Retry-After says, spreads what follows, and leaves a long one to the caller', () => {
    expect(retryDelay(policy, { ...failed, retryAfterMs: 3_000 }, () => 0)).toBe(3_000);
    expect(retryDelay(policy, { ...failed, retryAfterMs: 3_000 }, () => 1)).toBe(3_100);
    expect(retryDelay(policy, { ...failed, retryAfterMs: 3_600_000 }, () => 0)).toBeUndefined();
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-28T12:00:00Z');
  test.each([
    ['7', 7_000],
    ['Wed, 28 Jan 2026 12:00:09 GMT', 9_000],
    ['Wed, 28 Jan 2026 11:00:00 GMT', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});

test('polls grow by half up to the cap, a fifth either way', () => {
  const pace = { firstMs: 1_000, capMs: 3_000 };
  expect([0, 1, 2, 3, 9].map((round) => pollDelay(pace, round, () => 0.5))).toEqual([
    1_000, 1_500, 2_250, 3_000, 3_000,
  ]);
  expect(pollDelay(pace, 0, () => 0)).toBe(800);
});
