import { expect, test } from '@jest/globals';
import { CHANGING, CRASH_POINTS, isRare } from './crash-points.ts';
import { randomFrom } from './random.ts';

test('there is a crash point on both sides of everything that changes something, and none elsewhere', () => {
  expect(CRASH_POINTS).toEqual(
    expect.arrayContaining([
      'store.insert:before',
      'store.insert:after',
      'forge.createComment:before',
      'agent.createTask:after',
      'jobs.add(trigger):after',
      'work(report):after',
    ]),
  );
  expect(CRASH_POINTS.filter((point) => /\.(get|read|listComments|getTask):/.test(point))).toEqual([]);
  expect(new Set(CRASH_POINTS).size).toBe(CRASH_POINTS.length);
  expect(CHANGING.store).not.toContain('get');
});

test('what is seldom come by is known as rare', () => {
  expect(isRare('work(prune):before')).toBe(true);
  expect(isRare('forge.createIssue:after')).toBe(true);
  expect(isRare('forge.createComment:after')).toBe(false);
});

test('the same seed gives the same chances, another seed others', () => {
  const draw = (seed: number) => {
    const random = randomFrom(seed);
    return [random.next(), random.int(1, 100), random.pick(['a', 'b', 'c']), ...random.shuffled([1, 2, 3, 4])];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const random = randomFrom(1);
  const drawn = Array.from({ length: 1_000 }, () => random.int(1, 3));
  expect(new Set(drawn)).toEqual(new Set([1, 2, 3]));
});
