import type { RepositoryConfig } from '../model/repository-config.ts';
import type { RepositoryName } from '../model/thread.ts';
import type { RunStore } from '../ports/store.ts';

const HOUR_MS = 3_600_000;

export type BudgetVerdict =
  | { readonly kind: 'within' }
  | {
      readonly kind: 'over';
      readonly scope: 'repository' | 'user';
      /** Runs per hour. */
      readonly limit: number;
      /** When the next run may start, in milliseconds since the epoch. */
      readonly retryAt: number;
    };

export interface BudgetQuestion {
  readonly repository: RepositoryName;
  readonly login: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether one more run may start now: fewer than the limit began in the last sixty minutes. The user's limit first. */
export async function checkBudget(
  store: Pick<RunStore, 'startsSince'>,
  { budgets }: Pick<RepositoryConfig, 'budgets'>,
  { repository: { owner, repo }, login, now }: BudgetQuestion,
): Promise<BudgetVerdict> {
  const scopes = [
    { scope: 'user', limit: budgets.runsPerHourAndUser, of: { owner, repo, login } },
    { scope: 'repository', limit: budgets.runsPerHour, of: { owner, repo } },
  ] as const;
  for (const { scope, limit, of } of scopes) {
    const starts = await store.startsSince(now - HOUR_MS + 1, of);
    const oldestThatCounts = starts.at(-limit);
    if (starts.length >= limit && oldestThatCounts !== undefined)
      return { kind: 'over', scope, limit, retryAt: oldestThatCounts + HOUR_MS };
  }
  return { kind: 'within' };
}
