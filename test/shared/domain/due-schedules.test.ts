import { describe, expect, test } from '@jest/globals';
import { nextRun, scheduleProblem } from '../../../shared/domain/due-schedules.ts';

const REPOSITORY = { owner: 'acme', repo: 'site' };
const JITTER_MS = 5 * 60_000;

function schedule(cron: string, timezone = 'UTC') {
  return { name: 'nightly', cron, timezone };
}

/** The times without the jitter, which is the same for all of them. */
function slots(of: ReturnType<typeof schedule>, after: string, count: number): string[] {
  const jitter = nextRun(schedule('0 0 * * *'), new Date('2026-01-01T12:00:00Z'), REPOSITORY).getTime() % 86_400_000;
  const found: string[] = [];
  for (let time = new Date(after); found.length < count;) {
    time = nextRun(of, time, REPOSITORY);
    found.push(new Date(time.getTime() - jitter).toISOString());
  }
  return found;
}

describe('the next run', () => {
  test('comes at most five minutes after its time, always by the same amount', () => {
    const first = nextRun(schedule('0 3 * * *'), new Date('2026-01-01T12:00:00Z'), REPOSITORY);
    const late = first.getTime() - Date.parse('2026-01-02T03:00:00Z');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(JITTER_MS);
    expect(nextRun(schedule('0 3 * * *'), first, REPOSITORY).getTime() - first.getTime()).toBe(86_400_000);
    expect(nextRun(schedule('0 3 * * *'), new Date(first.getTime() - 1), REPOSITORY)).toEqual(first);
  });

  test('differs between repositories and between schedules', () => {
    const at = (repo: string, name: string) =>
      nextRun({ ...schedule('0 3 * * *'), name }, new Date('2026-01-01T12:00:00Z'), { owner: 'acme', repo }).getTime();
    expect(new Set([at('a', 'x'), at('b', 'x'), at('a', 'y')]).size).toBe(3);
    expect(at('A', 'x')).toBe(at('a', 'x'));
  });

  test('keeps its local time over a change of the clocks', () => {
    expect(slots(schedule('0 9 * * *', 'Europe/Berlin'), '2026-03-28T00:00:00Z', 2)).toEqual([
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
    ]);
  });

  test('is not left out when the clocks skip its time, and comes once when they repeat it', () => {
    expect(slots(schedule('30 2 * * *', 'Europe/Berlin'), '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(slots(schedule('30 2 * * *', 'Europe/Berlin'), '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  test('of a schedule that never runs is an error', () => {
    expect(() => nextRun(schedule('0 0 30 2 *'), new Date(0), REPOSITORY)).toThrow(RangeError);
  });
});

describe('a schedule', () => {
  test.each(['0 3 * * *', '*/15 8-18 * * MON-FRI', '0 0 1 1 *', '@weekly'])('%s can be used', (cron) => {
    expect(scheduleProblem(schedule(cron))).toBeUndefined();
  });

  test.each([
    ['* * * * * *', 'five fields'],
    ['61 * * * *', 'no cron expression'],
    ['soon', 'no cron expression'],
    ['0 0 30 2 *', 'never comes'],
    ['? * * * *', 'has a `?`'],
  ])('%s cannot', (cron, message) => {
    expect(scheduleProblem(schedule(cron))).toContain(message);
  });

  test('needs a time zone that exists', () => {
    expect(scheduleProblem(schedule('0 3 * * *', 'Mars/Olympus'))).toContain('IANA');
  });
});
