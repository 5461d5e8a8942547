import { describe, expect, test } from '@jest/globals';
import type { Entry } from '../../../app/queue/job-journal.ts';
import { Lane } from '../../../app/queue/lane.ts';

function entry(id: number, changes: Partial<Entry> = {}): Entry {
  const job = { kind: 'submit', runId: String(id) } as const;
  return { id, job, lane: 'x', key: undefined, place: id, notBefore: 0, failures: 0, held: false, ...changes };
}

function laneOf(...entries: readonly Entry[]): Lane {
  const lane = new Lane();
  for (const each of entries) lane.add(each);
  return lane;
}

function order(lane: Lane, now = 0): readonly number[] {
  const taken = lane.take(now);
  return taken === undefined ? [] : [taken.id, ...order(lane, now)];
}

describe('a lane', () => {
  test('goes by place, whatever the order in which entries come', () => {
    expect(order(laneOf(entry(2), entry(3), entry(1)))).toEqual([1, 2, 3]);
  });

  test('lets a held one go first, and nothing pass it before its moment', () => {
    const lane = laneOf(entry(1), entry(2, { held: true, notBefore: 10 }));
    expect(order(lane, 9)).toEqual([]);
    expect(lane.nextMoment()).toBe(10);
    expect(order(lane, 10)).toEqual([2, 1]);
  });

  test('lets others pass one that only waits for its moment', () => {
    const lane = laneOf(entry(1, { notBefore: 10 }), entry(2));
    expect(lane.nextMoment()).toBe(0);
    expect(order(lane, 9)).toEqual([2]);
    expect(order(lane, 10)).toEqual([1]);
  });

  test('gives back the older of two under a key, in whichever order they come', () => {
    const [older, newer] = [entry(1, { key: 'k' }), entry(2, { key: 'k' })];
    expect(new Lane().add(older)).toBeUndefined();
    expect(laneOf(older).add(newer)).toBe(older);
    expect(laneOf(newer).add(older)).toBe(older);
    expect(order(laneOf(newer, older, entry(3)))).toEqual([2, 3]);
  });

  test('wakes its worker when something comes, and has nothing to wait for when it is empty', () => {
    const lane = new Lane();
    let woken = 0;
    lane.wake = () => {
      woken += 1;
    };
    expect(lane.nextMoment()).toBeUndefined();
    lane.add(entry(1));
    expect([woken, lane.size]).toEqual([1, 1]);
  });
});
