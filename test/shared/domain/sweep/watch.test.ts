import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { firstLook, isNews, LONGEST_WAIT_MS, mustAsk, nextLook, watch } from '../../../../shared/domain/sweep/watch.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
import { aRun } from '../../../support/records.ts';

const MINUTE = 60_000;
const STOPPING = { reason: 'task_canceled', message: '' } as const;

function running(changes: Partial<RunRecord> = {}): RunRecord {
  return aRun({ state: 'running', createdAt: 0, submittedAt: 0, ...changes });
}

describe('the next look', () => {
  test('comes ever later, in half minutes, and after ten minutes at most', () => {
    const moments = [firstLook(running())];
    while (moments.length < 12) moments.push(nextLook({ ...watch(running()), state: 'running' }, moments.at(-1) ?? 0));
    expect(moments.map((at) => at / MINUTE)).toEqual([1, 2, 3, 4.5, 7, 10.5, 16, 24, 34, 44, 54, 64]);
  });

  test('is not put off beyond the deadline, and then comes every minute', () => {
    const run = { ...watch(running({ deadlineAt: 30 * MINUTE + 1 })), state: 'running' } as const;
    expect(nextLook(run, 24 * MINUTE)).toBe(30.5 * MINUTE);
    expect(nextLook(run, 31 * MINUTE)).toBe(32 * MINUTE);
  });

  test('comes a minute after the last question when the run is to be ended', () => {
    expect(firstLook(running({ askedAt: 40 * MINUTE, stopping: STOPPING }))).toBe(41 * MINUTE);
  });

  test('at a run that has not left comes when its job is late, and then ever more seldom', () => {
    expect(firstLook(aRun({ createdAt: 0 }))).toBe(2 * MINUTE);
    const submission = { phase: 'sending', looks: 0 } as const;
    expect(firstLook(aRun({ createdAt: 0, submittedAt: MINUTE, state: 'submitting', submission }))).toBe(16 * MINUTE);
    const unsent = { ...watch(aRun({ createdAt: 0 })), state: 'received' } as const;
    expect([2, 12, 60].map((minute) => nextLook(unsent, minute * MINUTE) / MINUTE)).toEqual([3, 18, 70]);
  });

  test('at a run that could not be sent comes when its queue should have tried again, later the older it is', () => {
    const after = (minute: number) =>
      firstLook(aRun({ createdAt: 0, state: 'acknowledged', nextTryAt: minute * MINUTE })) / MINUTE;
    expect([1, 20, 60, 300, 1_400].map(after)).toEqual([16, 35, 90, 450, 24 * 60]);
  });

  test('is never further off than the longest wait, nor in the past, however clocks were set', () => {
    const moment = fc.integer({ min: 0, max: 10_000 * MINUTE });
    fc.assert(
      fc.property(moment, moment, moment, fc.boolean(), (beganAt, overdueAt, now, isRunning) => {
        const state = isRunning ? 'running' : 'received';
        const next = nextLook({ state, beganAt, askedAt: beganAt, overdueAt }, now);
        expect(next).toBeGreaterThanOrEqual(now + MINUTE);
        expect(next).toBeLessThanOrEqual(now + LONGEST_WAIT_MS);
      }),
    );
  });
});

test('the task itself is asked after ten minutes, over time, and when the clock was set back by as much', () => {
  const asked = watch(running({ askedAt: 100 * MINUTE, deadlineAt: 115 * MINUTE }));
  const minutes = [90, 91, 109, 110];
  expect(minutes.map((minute) => mustAsk(asked, minute * MINUTE))).toEqual([true, false, false, true]);
  expect(mustAsk({ ...asked, askedAt: 114 * MINUTE }, 115 * MINUTE)).toBe(true);
  expect(mustAsk(watch(running({ stopping: STOPPING })), MINUTE)).toBe(true);
});

test('news are what decides when a run is looked after', () => {
  const run = running();
  const news: readonly Partial<RunRecord>[] = [
    { state: 'settled' },
    { submittedAt: 1 },
    { askedAt: 1 },
    { deadlineAt: 1 },
    { stopping: STOPPING },
  ];
  expect(news.filter((changes) => !isNews(run, { ...run, ...changes }))).toEqual([]);
  expect(isNews(run, { ...run, notes: ['read'], report: { commentId: 1 }, taskId: 't' })).toBe(false);
});
