import type { RepositoryConfig } from '../model/repository-config.ts';
import type { StartLimit } from '../ports/store.ts';

const HOUR_MS = 3_600_000;

/** How many runs may begin within sixty minutes, the user's limit first. @param now milliseconds since the epoch */
export function budgetAt({ budgets }: Pick<RepositoryConfig, 'budgets'>, now: number): readonly StartLimit[] {
  const since = now - HOUR_MS;
  return [
    { scope: 'user', limit: budgets.runsPerHourAndUser, since },
    { scope: 'repository', limit: budgets.runsPerHour, since },
  ];
}

/** When the next run may start, in milliseconds since the epoch, by the start of the oldest one that still counts. */
export function retryAtAfter(oldestAt: number): number {
  return oldestAt + HOUR_MS;
}
