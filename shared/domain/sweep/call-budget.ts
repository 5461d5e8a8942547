/** How many calls to Rebyte one sweep may still make. */
export interface CallBudget {
  left: number;
}

/** Takes `calls` out of the budget; false when they are not there. */
export function spend(budget: CallBudget, calls: number): boolean {
  if (budget.left < calls) return false;
  budget.left -= calls;
  return true;
}
