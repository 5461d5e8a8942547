import { expect, test } from '@jest/globals';
import { watchClock } from '../../app/clock-watch.ts';

test('a clock that was set is told of once, by how far, in both directions', () => {
  const time = { now: 1_700_000_000_000, steady: 50 };
  const pass = (ms: number, setBy = 0) => {
    time.now += ms + setBy;
    time.steady += ms;
  };
  const setBy = watchClock({ now: () => time.now, steady: () => time.steady });
  pass(3_600_000);
  expect(setBy()).toBe(0);
  pass(1_000, 7_200_000);
  expect([setBy(), setBy()]).toEqual([7_200_000, 0]);
  pass(1_000, -7_200_000);
  expect([setBy(), setBy()]).toEqual([-7_200_000, 0]);
});

test('small corrections are none, until they have become a large one', () => {
  const time = { now: 0, steady: 0 };
  const setBy = watchClock({ now: () => time.now, steady: () => time.steady });
  time.now = 29_999;
  expect(setBy()).toBe(0);
  time.now = 30_000;
  expect(setBy()).toBe(30_000);
});
