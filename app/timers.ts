import type { JobQueue } from '../shared/ports/jobs.ts';
import type { LogPort } from '../shared/ports/log.ts';

/** In milliseconds. */
export interface Intervals {
  /** Between looks for what webhooks lost. */
  readonly sweepMs: number;
  /** Between looks at the schedules, whose unit is a minute. */
  readonly schedulesMs: number;
  /** Between looks after our webhooks on Rebyte. */
  readonly webhooksMs: number;
}

export const DEFAULT_INTERVALS: Intervals = { sweepMs: 30_000, schedulesMs: 60_000, webhooksMs: 3_600_000 };

export interface TimerParts {
  readonly jobs: JobQueue;
  readonly log: LogPort;
  readonly intervals: Intervals;
  readonly ensureWebhooks: () => Promise<void>;
}

/** Adds the jobs that nobody asks for, now and at their intervals. None of it keeps the process alive. */
export function startTimers({ jobs, log, intervals, ensureWebhooks }: TimerParts): { stop(): void } {
  const add = (kind: 'sweep' | 'schedules') => () => {
    // Under its key a job that waits already is replaced: slow ones do not pile up.
    jobs.add({ kind }, { lane: kind, key: kind }).catch((error: unknown) => {
      log.error(`The job "${kind}" could not be added: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  const sweep = add('sweep');
  const schedules = add('schedules');
  sweep();
  schedules();
  const timers = [
    setInterval(sweep, intervals.sweepMs),
    setInterval(schedules, intervals.schedulesMs),
    setInterval(() => void ensureWebhooks(), intervals.webhooksMs),
  ];
  for (const timer of timers) timer.unref();
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
