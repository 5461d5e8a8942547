import { describe, expect, test } from '@jest/globals';
import type { Entry } from '../../../app/queue/job-journal.ts';
import { Lane, type Moment } from '../../../app/queue/lane.ts';

function entry(id: number, changes: Partial<Entry> = {}): Entry {
  const job = { kind: 'submit', runId: String(id) } as const;
  return {
    id,
    job,
    lane: 'x',
    key: undefined,
    place: id,
    notBefore: 0,
    failures: 0,
    faults: 0,
    held: false,
    ...changes,
  };
}

/** Both clocks go together but where a test says otherwise. */
function at(now: number, steady = now): Moment {
  return { now, steady };
}

function laneOf(...entries: readonly Entry[]): Lane {
  const lane = new Lane();
  for (const each of entries) lane.add(each, at(0));
  return lane;
}

function order(lane: Lane, now = 0): readonly number[] {
  const taken = lane.take(at(now));
  return taken === undefined ? [] : [taken.id, ...order(lane, now)];
}

describe('a lane', () => {
  test('goes by place, whatever the order in which entries come', () => {
    expect(order(laneOf(entry(2), entry(3), entry(1)))).toEqual([1, 2, 3]);
  });

  test('lets a held one go first, and nothing pass it before its moment', () => {
    const lane = laneOf(entry(1), entry(2, { held: true, notBefore: 10 }));
    expect(order(lane, 9)).toEqual([]);
    expect(lane.wait(at(3))).toBe(7);
    expect(order(lane, 10)).toEqual([2, 1]);
  });

  test('lets others pass one that only waits for its moment', () => {
    const lane = laneOf(entry(1, { notBefore: 10 }), entry(2));
    expect(lane.wait(at(0))).toBe(0);
    expect(order(lane, 9)).toEqual([2]);
    expect(order(lane, 10)).toEqual([1]);
  });

  test('gives back the older of two under a key, in whichever order they come', () => {
    const [older, newer] = [entry(1, { key: 'k' }), entry(2, { key: 'k' })];
    expect(new Lane().add(older, at(0))).toBeUndefined();
    expect(laneOf(older).add(newer, at(0))).toBe(older);
    expect(laneOf(newer).add(older, at(0))).toBe(older);
    expect(order(laneOf(newer, older, entry(3)))).toEqual([2, 3]);
  });

  test('wakes its worker when something comes, and has nothing to wait for when it is empty', () => {
    const lane = new Lane();
    let woken = 0;
    lane.wake = () => {
      woken += 1;
    };
    expect(lane.wait(at(0))).toBeUndefined();
    lane.add(entry(1), at(0));
    expect([woken, lane.size]).toEqual([1, 1]);
  });

  test('makes nobody wait longer because the clock was set back, or forward', () => {
    const lane = laneOf(entry(1, { notBefore: 10 }));
    expect(lane.wait(at(-3_600_000, 4))).toBe(6);
    expect(lane.take(at(-3_600_000, 9))).toBeUndefined();
    expect(lane.take(at(-3_600_000, 10))?.id).toBe(1);
    expect(laneOf(entry(1, { notBefore: 10 })).take(at(3_600_000, 1))?.id).toBe(1);
  });
});
