import { expect, test } from '@jest/globals';
import { budgetAt, retryAtAfter } from '../../../shared/domain/budget.ts';

const HOUR = 3_600_000;

test('a budget counts the last sixty minutes, the person before the repository', () => {
  expect(budgetAt({ budgets: { runsPerHour: 3, runsPerHourAndUser: 2 } }, 100 * HOUR)).toEqual([
    { scope: 'user', limit: 2, since: 99 * HOUR },
    { scope: 'repository', limit: 3, since: 99 * HOUR },
  ]);
});

test('there is room again sixty minutes after the oldest run that counts', () => {
  expect(retryAtAfter(5)).toBe(HOUR + 5);
});
