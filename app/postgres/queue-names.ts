import type { Job } from '../../shared/ports/jobs.ts';

/** The schema that pg-boss makes for itself. */
export const BOSS_SCHEMA = 'pgboss';

/**
 * Submitting takes minutes, so it has a queue, and with it places, of its own: else triggers and reports would wait. The jobs
 * of a lane must all be in one queue, which holds because `submit` jobs have lanes of their own.
 */
export const WORK_QUEUES = ['submit', 'work'] as const;

export type WorkQueueName = (typeof WORK_QUEUES)[number];

export const DEAD_QUEUE = 'dead';

/** Of a job that failed or waits something out: its lane waits for it. */
export const HELD_PRIORITY = 1;

export function queueOf(job: Job): WorkQueueName {
  return job.kind === 'submit' ? 'submit' : 'work';
}
