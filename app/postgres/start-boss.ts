import { PgBoss } from 'pg-boss';
import type { Pool } from 'pg';
import type { LogPort } from '../../shared/ports/log.ts';
import { BOSS_SCHEMA, DEAD_QUEUE, WORK_QUEUES } from './queue-names.ts';

/**
 * A replica that says nothing of a job for so long has died, and the job is given to another. Longer than a restart of
 * PostgreSQL, in which nobody can say anything.
 */
export const HEARTBEAT_SECONDS = 30;
/** How often every replica looks for the dead. */
const SUPERVISE_SECONDS = 5;
/** At most so often for all replicas together. Less than above, or every second look would come a moment too early. */
const MONITOR_SECONDS = 4;
/** How often jobs that failed for good, whose copy is the dead letter, are deleted. */
const MAINTENANCE_SECONDS = 300;
const DELETE_FAILED_AFTER_SECONDS = 60;
/** pg-boss drops jobs that waited longer; ours wait until they are done. Ten years. */
const RETENTION_SECONDS = 315_360_000;
/** pg-boss takes a job from its replica after this, heartbeat or not, and allows less than a day. */
const EXPIRE_SECONDS = 86_399;
/** We use none of its dependencies between jobs, and it looks for them this often. */
const FLOW_SECONDS = 3_600;

export interface BossParts {
  readonly pool: Pool;
  readonly log: LogPort;
  /** Hears what is notified on the channel; the payload is the name of a queue. */
  readonly listen: (channel: string) => Promise<{ close(): Promise<void> }>;
}

/** pg-boss with its schema and our queues, safe when several replicas start at once. */
export async function startBoss({ pool, log, listen }: BossParts): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => await pool.query(text, values), listen },
    schema: BOSS_SCHEMA,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    flowIntervalSeconds: FLOW_SECONDS,
  });
  boss.on('error', (error) => {
    log.warning(`pg-boss could not look after the jobs; it tries again: ${error.message}`);
  });
  boss.on('warning', ({ message }) => {
    log.warning(`pg-boss: ${message}`);
  });
  try {
    await boss.start();
    await createQueues(boss);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  return boss;
}

async function createQueues(boss: PgBoss): Promise<void> {
  const kept = { retentionSeconds: RETENTION_SECONDS };
  await boss.createQueue(DEAD_QUEUE, kept);
  const settings = {
    ...kept,
    notify: true,
    deadLetter: DEAD_QUEUE,
    retryDelay: 0,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: EXPIRE_SECONDS,
    deleteAfterSeconds: DELETE_FAILED_AFTER_SECONDS,
  };
  for (const name of WORK_QUEUES) {
    // `short`: at most one waiting job for each singleton key, which is how a key is kept.
    await boss.createQueue(name, { ...settings, policy: 'short' });
    // A queue that an earlier release made has that release's settings.
    await boss.updateQueue(name, settings);
    // pg-boss reads this outside the transaction that a job is added in: it has to be there before.
    await boss.findJobs(name, { key: '' });
  }
}
