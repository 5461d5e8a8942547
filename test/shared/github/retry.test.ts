import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Failure } from '../../../shared/github/failure.ts';
import { type Attempt, verdictAfter } from '../../../shared/github/retry.ts';

const refusal = (status: number, headers: Record<string, string> = {}, message = ''): Failure => ({
  kind: 'refusal',
  status,
  headers,
  message,
});
const after = (failure: Failure, more: Partial<Attempt> = {}) =>
  verdictAfter({ failure, idempotent: true, faults: 1, limits: 1, now: 0, random: 0, ...more });

describe('after a refusal', () => {
  test.each([400, 401, 403, 404, 410, 422])('%d is final', (status) => {
    expect(after(refusal(status))).toEqual({ kind: 'stop' });
  });

  test('a secondary limit without a time waits a minute, then two, then four', () => {
    const limit = refusal(403, {}, 'You have exceeded a secondary rate limit.');
    expect([1, 2, 3].map((limits) => after(limit, { limits }))).toMatchObject([
      { ms: 60_000 },
      { ms: 120_000 },
      { ms: 240_000 },
    ]);
  });

  test('a missing permission on the last call of the hour is not taken for a spent limit', () => {
    const failure = refusal(403, { 'x-ratelimit-remaining': '0' }, 'Resource not accessible by integration');
    expect(after(failure)).toEqual({ kind: 'stop' });
  });

  test('a limit is waited out for a POST too, and counts as no fault', () => {
    const limit = refusal(429, { 'retry-after': '5' });
    expect(after(limit, { idempotent: false, faults: 99 })).toEqual({ kind: 'wait', ms: 5000, because: 'limit' });
  });

  test('a reset in the past waits a second', () => {
    expect(
      after(refusal(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '10' }), { now: 60_000 }),
    ).toMatchObject({ ms: 1000 });
  });
});

test('the wait after a fault stays under its doubling ceiling, and the fifth fault is final', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (faults, random) => {
        const verdict = after({ kind: 'breakdown', sent: 'maybe', message: '' }, { faults, random });
        if (verdict.kind === 'wait') expect(verdict.ms).toBeLessThanOrEqual(Math.min(10_000, 500 * 2 ** (faults - 1)));
        expect(verdict.kind).toBe(faults < 5 ? 'wait' : 'stop');
      },
    ),
  );
});
