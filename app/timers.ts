import type { JobQueue } from '../shared/ports/jobs.ts';
import type { LogPort } from '../shared/ports/log.ts';

/** In milliseconds. */
export interface Intervals {
  /** Between looks for what webhooks lost. */
  readonly sweepMs: number;
  /** Between looks at the schedules, whose unit is a minute. */
  readonly schedulesMs: number;
  /** Between looks for what GitHub could not deliver. */
  readonly redeliverMs: number;
  /** Between looks for what is older than it is kept. */
  readonly pruneMs: number;
  /** Between looks after our webhooks on Rebyte. */
  readonly webhooksMs: number;
}

export const DEFAULT_INTERVALS: Intervals = {
  sweepMs: 30_000,
  schedulesMs: 60_000,
  redeliverMs: 300_000,
  pruneMs: 3_600_000,
  webhooksMs: 3_600_000,
};

export interface TimerParts {
  readonly jobs: JobQueue;
  readonly log: LogPort;
  readonly intervals: Intervals;
  readonly ensureWebhooks: () => Promise<void>;
}

/** Adds the jobs that nobody asks for, now and at their intervals. None of it keeps the process alive. */
export function startTimers({ jobs, log, intervals, ensureWebhooks }: TimerParts): { stop(): void } {
  const add = (kind: 'sweep' | 'schedules' | 'redeliver' | 'prune', everyMs: number) => {
    const now = () => {
      // Under its key a job that waits already is replaced: slow ones do not pile up.
      jobs.add({ kind }, { lane: kind, key: kind }).catch((error: unknown) => {
        log.error(`The job "${kind}" could not be added: ${error instanceof Error ? error.message : String(error)}`);
      });
    };
    now();
    return setInterval(now, everyMs);
  };
  const timers = [
    add('sweep', intervals.sweepMs),
    add('schedules', intervals.schedulesMs),
    add('redeliver', intervals.redeliverMs),
    add('prune', intervals.pruneMs),
    setInterval(() => void ensureWebhooks(), intervals.webhooksMs),
  ];
  for (const timer of timers) timer.unref();
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
