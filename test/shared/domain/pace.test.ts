import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createPace, GITHUB_WRITE_LIMITS, type Pace } from '../../../shared/domain/pace.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function pacing(): { pace: Pace; time: { now: number }; write: (count: number, installation?: number) => void } {
  const time = { now: START };
  const pace = createPace(GITHUB_WRITE_LIMITS, { now: () => time.now });
  const write = (count: number, installation = 1): void => {
    for (let index = 0; index < count; index += 1) pace.wrote(installation);
  };
  return { pace, time, write };
}

describe('an answer', () => {
  test('has room until the limit of a minute is reached, and again when the oldest write is a minute old', () => {
    const { pace, time, write } = pacing();
    write(1);
    time.now += 10_000;
    write(78);
    expect(pace.room(1)).toBe(0);
    write(1);
    expect(pace.room(1)).toBe(50_000);
    time.now += 50_000;
    expect(pace.room(1)).toBe(0);
  });

  test('waits for the hour when that is used up', () => {
    const { pace, time, write } = pacing();
    for (let minutes = 0; minutes < 10; minutes += 1) {
      write(50);
      time.now += MINUTE_MS;
    }
    expect(pace.room(1)).toBe(50 * MINUTE_MS);
  });
});

describe('a report', () => {
  test.each([
    ['progress', 46, 47],
    ['final', 69, 70],
  ] as const)('of kind %s has room beside %d writes in a minute and not beside %d', (purpose, fits, full) => {
    const { pace, write } = pacing();
    write(fits);
    const entry = pace.enter(1, purpose);
    expect(entry.kind).toBe('go');
    if (entry.kind === 'go') entry.leave();
    write(full - fits);
    expect(pace.enter(1, purpose)).toEqual({ kind: 'wait', ms: MINUTE_MS });
  });

  test('counts while it is written, so that many at once do not all find the same room', () => {
    const { pace } = pacing();
    const entries = Array.from({ length: 200 }, () => pace.enter(1, 'progress'));
    const inside = entries.filter(({ kind }) => kind === 'go');
    expect(inside).toHaveLength(24);
    expect(entries.at(-1)).toEqual({ kind: 'wait', ms: 1_000 });
    for (const entry of inside) {
      if (entry.kind !== 'go') continue;
      entry.leave();
      entry.leave();
    }
    expect(pace.enter(1, 'progress').kind).toBe('go');
  });

  test('is not held up by another installation', () => {
    const { pace, write } = pacing();
    write(80);
    expect([pace.enter(1, 'final').kind, pace.enter(2, 'progress').kind, pace.room(2)]).toEqual(['wait', 'go', 0]);
  });
});

test('a limit smaller than a report lets one through when nothing else was written', () => {
  const pace = createPace({ perMinute: 1, perHour: 1 }, { now: () => START });
  expect(pace.enter(1, 'final').kind).toBe('go');
});

test('a clock that jumped a day back holds nothing up', () => {
  const { pace, time, write } = pacing();
  write(80);
  time.now -= 24 * HOUR_MS;
  expect(pace.room(1)).toBe(0);
});

test('whoever asks before writing never passes a limit in any minute or hour', () => {
  const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 })), { maxLength: 700 });
  fc.assert(
    fc.property(pauses, (between) => {
      const { pace, time } = pacing();
      const written: number[] = [];
      for (const ms of between) {
        time.now += ms;
        time.now += pace.room(1);
        expect(pace.room(1)).toBe(0);
        pace.wrote(1);
        written.push(time.now);
      }
      const within = (at: number, span: number) => written.filter((each) => each > at - span && each <= at).length;
      for (const at of written) {
        expect(within(at, MINUTE_MS)).toBeLessThanOrEqual(80);
        expect(within(at, HOUR_MS)).toBeLessThanOrEqual(500);
      }
    }),
    { numRuns: 20 },
  );
});
