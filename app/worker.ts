import type { Engine } from '../shared/domain/engine/engine.ts';
import { handleNotice } from '../shared/domain/engine/handle-notice.ts';
import { handleThreadClosed } from '../shared/domain/engine/handle-thread-closed.ts';
import { handleTrigger } from '../shared/domain/engine/handle-trigger.ts';
import { moveDeadlines } from '../shared/domain/engine/move-deadlines.ts';
import { pruneStore } from '../shared/domain/engine/prune-store.ts';
import { redeliverMissed } from '../shared/domain/engine/redeliver-missed.ts';
import { reportRun } from '../shared/domain/engine/report-run.ts';
import { runSchedules } from '../shared/domain/engine/run-schedules.ts';
import { submitRun } from '../shared/domain/engine/submit-run.ts';
import { sweepRuns } from '../shared/domain/engine/sweep-runs.ts';
import type { Job } from '../shared/ports/jobs.ts';

/** Each kind of job has one use-case. */
export async function work(engine: Engine, job: Job): Promise<void> {
  switch (job.kind) {
    case 'trigger':
      return await handleTrigger(engine, job.trigger);
    case 'thread_closed':
      return await handleThreadClosed(engine, job.closed);
    case 'submit':
      return await submitRun(engine, job.runId);
    case 'report':
      return await reportRun(engine, job.runId);
    case 'notice':
      return await handleNotice(engine, job.account, job.notice);
    case 'sweep':
      return await sweepRuns(engine);
    case 'clock_set':
      return await moveDeadlines(engine, job);
    case 'schedules':
      return await runSchedules(engine);
    case 'redeliver':
      return await redeliverMissed(engine);
    case 'prune':
      return await pruneStore(engine);
  }
}
