import { expect, test } from '@jest/globals';
import { checkBudget } from '../../../shared/domain/budget.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const CONFIG = { budgets: { runsPerHour: 3, runsPerHourAndUser: 2 } };

interface Start {
  readonly at: number;
  readonly login: string;
}

function check(starts: readonly Start[], login = 'ann', now = NOW) {
  const store = {
    startsSince: async (since: number, of: { login?: string }) =>
      starts.filter(({ at, login: by }) => at >= since && (of.login ?? by) === by).map(({ at }) => at),
  };
  return checkBudget(store, CONFIG, { repository: { owner: 'acme', repo: 'site' }, login, now });
}

test('a run may start while fewer than the limit began in the last hour', async () => {
  expect(await check([])).toEqual({ kind: 'within' });
  expect(await check([{ at: NOW - 1, login: 'ann' }])).toEqual({ kind: 'within' });
  expect(
    await check([
      { at: NOW - 2 * HOUR, login: 'ann' },
      { at: NOW - HOUR, login: 'ann' },
      { at: NOW - 1, login: 'ann' },
    ]),
  ).toEqual({ kind: 'within' });
});

test('one person over their limit hears when the next run may start, and then it may', async () => {
  const starts = [NOW - 50_000, NOW - 40_000, NOW - 30_000].map((at) => ({ at, login: 'ann' })).slice(0, 2);
  const over = await check(starts);
  expect(over).toEqual({ kind: 'over', scope: 'user', limit: 2, retryAt: NOW - 50_000 + HOUR });
  expect(await check(starts, 'ann', NOW - 50_000 + HOUR - 1)).toMatchObject({ kind: 'over' });
  expect(await check(starts, 'ann', NOW - 50_000 + HOUR)).toEqual({ kind: 'within' });
  expect(await check(starts, 'bob')).toEqual({ kind: 'within' });
});

test('a repository over its limit refuses everybody', async () => {
  const starts = ['bob', 'cid', 'dan', 'eve'].map((login, index) => ({ at: NOW - 40_000 + index, login }));
  expect(await check(starts)).toEqual({ kind: 'over', scope: 'repository', limit: 3, retryAt: NOW - 39_999 + HOUR });
});
