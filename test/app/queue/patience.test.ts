import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ABOUT_A_DAY, waitOut } from '../../../app/queue/patience.ts';
import { AgentUnavailable } from '../../../shared/ports/agent.ts';

const HOUR_MS = 3_600_000;
const AWAY = new AgentUnavailable('502');

function waits(random: number, retryAfterMs = 0): readonly number[] {
  const error = new AgentUnavailable('429', { retryAfterMs });
  const rules = { patience: ABOUT_A_DAY, random: () => random };
  const all = Array.from({ length: 1_000 }, (_, faults) => waitOut(error, faults, rules));
  return all.filter((ms) => ms !== undefined);
}

describe('what passes by itself', () => {
  test('is waited out for about a day, and then counts as a failure', () => {
    const hours = waits(0.5).reduce((sum, ms) => sum + ms, 0) / HOUR_MS;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(30);
  });

  test('is tried ten times in the first twenty minutes, and never more seldom than every ten minutes', () => {
    const longest = waits(0);
    expect(longest.slice(0, 10).reduce((sum, ms) => sum + ms, 0)).toBeLessThan(20 * 60_000);
    expect(Math.max(...longest)).toBe(600_000);
  });

  test('is waited out for as long as it asks, up to a little more than an hour', () => {
    const asking = (retryAfterMs: number) => waits(0, retryAfterMs)[0];
    expect([asking(5), asking(2_400_000), asking(65.5 * 60_000), asking(1e15)]).toEqual([
      1_000,
      2_400_000,
      65.5 * 60_000,
      66 * 60_000,
    ]);
  });

  test('is waited out for a time that is drawn, between a half and the whole', () => {
    fc.assert(
      fc.property(fc.nat(199), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (faults, random) => {
        const at = (drawn: number) => waitOut(AWAY, faults, { patience: ABOUT_A_DAY, random: () => drawn }) ?? -1;
        expect(at(random)).toBeLessThanOrEqual(at(0));
        expect(at(random)).toBeGreaterThanOrEqual(at(0) / 2 - 1);
      }),
    );
  });

  test('is nothing that somebody has to mend', () => {
    const rules = { patience: ABOUT_A_DAY, random: () => 0 };
    expect(waitOut(new Error('a defect'), 0, rules)).toBeUndefined();
  });
});
