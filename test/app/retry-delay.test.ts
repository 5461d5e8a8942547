import { expect, test } from '@jest/globals';
import { retryDelay } from '../../app/retry-delay.ts';

const BACKOFF = { firstMs: 1_000, maxMs: 60_000 };

test.each([
  [1, 0, 1_000],
  [1, 0.5, 750],
  [3, 0, 4_000],
  [7, 0, 60_000],
  [5_000, 0, 60_000],
])('after %d failures, with %d drawn, a job waits %d ms', (failures, random, ms) => {
  expect(retryDelay(failures, BACKOFF, random)).toBe(ms);
});
