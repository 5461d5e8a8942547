import type { Backoff } from '../../app/retry-delay.ts';
import type { Patience } from '../../app/queue/patience.ts';

export interface QueueSettings {
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly patience: Patience;
}

const BACKOFF = { firstMs: 5, maxMs: 10 };

/** Of every queue under test. */
export const SETTINGS: QueueSettings = {
  maxAttempts: 3,
  backoff: BACKOFF,
  patience: { maxFaults: 5, backoff: BACKOFF },
};

/** How often a job is tried that meets what should pass and does not. */
export const TRIES_IN_ALL = SETTINGS.patience.maxFaults + SETTINGS.maxAttempts;
