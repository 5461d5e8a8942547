import { Refusal } from '../refusal.ts';
import type { Step } from '../step.ts';

/** @throws Refusal when `api-key` is empty, with the reason that a person would want to hear. */
export function refuseWithoutKey({ inputs, environment, event }: Step): void {
  if (inputs.apiKey !== '') return;
  if (environment.eventActor === 'dependabot[bot]') {
    throw new Refusal(
      'missing_api_key',
      '`api-key` is empty: runs that Dependabot starts get Dependabot secrets only.',
      { remedy: 'Add the key there too, or skip the step for Dependabot.' },
    );
  }
  if (event.fromFork) {
    throw new Refusal(
      'fork_without_secrets',
      'This pull request comes from a fork, and GitHub gives such runs no secrets, so there is no `api-key`.',
      { remedy: 'A maintainer can start the run: see docs/forks.md in the Action’s repository.' },
    );
  }
  throw new Refusal('missing_api_key', '`api-key` is empty.', {
    remedy:
      'Make a key on Rebyte, add it as a secret (Settings → Secrets and variables → Actions), and pass it: `api-key: ${{ secrets.REBYTE_API_KEY }}`.',
  });
}
