import { createHash, createHmac } from 'node:crypto';
import type { Environment } from '../environment.ts';

/**
 * The name of one step's run across re-runs of its job: the same workflow run, job, matrix leg, step and request give
 * the same reference, whatever the attempt. Keyed with the API key, so that it can be neither guessed nor forged.
 */
export function runReference(environment: Environment, apiKey: string, request: readonly string[]): string {
  const { repository, runId, job, jobIndex, step } = environment;
  const requested = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const parts = JSON.stringify([repository, runId, job, jobIndex, step, requested]);
  return `rebyte-run-${createHmac('sha256', apiKey).update(parts).digest('hex').slice(0, 24)}`;
}
