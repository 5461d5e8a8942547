import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { assert, property, sample } from 'fast-check';
import { canBeSent, OF_GITHUB, OF_REBYTE } from '../support/forgeries.ts';
import { type ForgeryTarget, openForgeryTarget } from '../support/forgery-target.ts';

const SENDERS = [OF_GITHUB, OF_REBYTE];

describe.each(SENDERS)('of 50,000 forgeries of a delivery of $sender', ({ genuine, forged, isGenuine }) => {
  test('none is accepted, and what they were made of is', () => {
    expect(isGenuine(genuine)).toBe(true);
    assert(
      property(forged, (sent) => !isGenuine(sent)),
      { numRuns: 50_000 },
    );
    expect(isGenuine(genuine)).toBe(true);
  }, 180_000);
});

describe('over HTTP', () => {
  let target: ForgeryTarget;
  beforeEach(async () => {
    target = await openForgeryTarget();
  });
  afterEach(async () => await target.close());

  test.each(SENDERS)(
    'none of 1,000 is accepted at $path, and the genuine one is',
    async ({ path, genuine, forged }) => {
      const sent = sample(forged, 1_000).filter(canBeSent);
      const statuses = await Promise.all(sent.map(async (each) => await target.statusOf(path, each)));
      expect(statuses.filter((status) => status !== 400 && status !== 401)).toEqual([]);
      expect(target.taken()).toBe(0);
      expect([200, 202]).toContain(await target.statusOf(path, genuine));
      expect(target.taken()).toBe(1);
    },
  );
});
