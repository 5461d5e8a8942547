import { getOctokit } from '@actions/github';
import type { Step } from './step.ts';
import { createForge, type ForgeOptions } from '../shared/github/index.ts';
import type { Forge } from '../shared/ports/forge.ts';
import { systemClock } from '../shared/system/clock.ts';

/** Who writes with the job's own token, in every repository. */
export const OWN_BOT = 'github-actions[bot]';

/** GitHub with the step's token. Octokit comes along, so this is loaded only where GitHub is asked. */
export function openForge(
  { inputs, environment, log }: Pick<Step, 'inputs' | 'environment' | 'log'>,
  options: Pick<ForgeOptions, 'signal' | 'waitBudgetMs'>,
): Forge {
  const octokit = getOctokit(inputs.githubToken, { baseUrl: environment.githubApiUrl });
  return createForge(octokit, {
    clock: systemClock,
    log,
    ...options,
    ...(environment.ownToken ? { knownLogin: OWN_BOT } : {}),
  });
}
