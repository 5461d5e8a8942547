import { randomUUID } from 'node:crypto';
import type { ClockPort } from '../shared/ports/clock.ts';
import type { Job, JobOptions, JobQueue } from '../shared/ports/jobs.ts';
import type { LogPort } from '../shared/ports/log.ts';
import { watchClock } from './clock-watch.ts';
import { messageOf } from '../shared/model/message-of.ts';

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
  readonly clock: ClockPort;
  readonly log: LogPort;
  readonly intervals: Intervals;
  readonly ensureWebhooks: () => Promise<void>;
}

/** Adds the jobs that nobody asks for, now and at their intervals. None of it keeps the process alive. */
export function startTimers({ jobs, clock, log, intervals, ensureWebhooks }: TimerParts): { stop(): void } {
  const add = (job: Job, options: JobOptions) => {
    jobs.add(job, options).catch((error: unknown) => {
      const why = messageOf(error);
      log.error(`The job "${job.kind}" could not be added: ${why}`);
    });
  };
  // Under its key a job that waits already is replaced: slow ones do not pile up.
  const addOwn = (kind: 'sweep' | 'schedules' | 'redeliver' | 'prune') => add({ kind }, { lane: kind, key: kind });
  const clockSetBy = watchClock(clock);
  const sweep = () => {
    const byMs = clockSetBy();
    // In the sweep's lane and before it: no run may be found past a deadline that has to move first.
    if (byMs !== 0) add({ kind: 'clock_set', byMs, id: randomUUID() }, { lane: 'sweep' });
    addOwn('sweep');
  };
  const everyInterval = (act: () => void, ms: number) => {
    act();
    return setInterval(act, ms);
  };
  const timers = [
    everyInterval(sweep, intervals.sweepMs),
    everyInterval(() => addOwn('schedules'), intervals.schedulesMs),
    everyInterval(() => addOwn('redeliver'), intervals.redeliverMs),
    everyInterval(() => addOwn('prune'), intervals.pruneMs),
    setInterval(() => void ensureWebhooks(), intervals.webhooksMs),
  ];
  for (const timer of timers) timer.unref();
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
