import type { ClockPort } from '../../shared/ports/clock.ts';
import { TryLater, type Job } from '../../shared/ports/jobs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { waitMessage, waitOut } from '../queue/patience.ts';
import { StorageUnavailable } from '../sql/storage-error.ts';
import type { BossTransaction } from './boss-transaction.ts';
import type { ClaimedJob } from './claim.ts';
import { fail, failuresOf, faultsOf, forget, postpone, putBack, type Failed, type RetryRule } from './settle.ts';
import { jobFromText } from './stored-job.ts';
import { messageOf } from '../../shared/model/message-of.ts';

export interface JobRunner {
  readonly handler: (job: Job) => Promise<void>;
  readonly clock: ClockPort;
  readonly log: (job?: Job) => LogPort;
  readonly rule: RetryRule;
  readonly write: <T>(operation: (within: BossTransaction) => Promise<T>) => Promise<T>;
  readonly isClosed: () => boolean;
}

const WRITE_AGAIN_MS = 1_000;

/** Does the job and keeps how it ended. Never rejects. */
export async function runJob(runner: JobRunner, claimed: ClaimedJob): Promise<void> {
  const ending = await attempt(runner, claimed);
  // While the database is away the job keeps its place and its lane: given up, it would be done again.
  while (!runner.isClosed()) {
    try {
      await runner.write(ending.keep);
      return ending.tell();
    } catch (error) {
      runner.log().warning(`How a job ended could not be kept, again in ${WRITE_AGAIN_MS} ms: ${String(error)}`);
      await runner.clock.sleep(WRITE_AGAIN_MS);
    }
  }
}

interface Ending {
  readonly keep: (within: BossTransaction) => Promise<void>;
  readonly tell: () => void;
}

async function attempt(runner: JobRunner, claimed: ClaimedJob): Promise<Ending> {
  try {
    await runner.handler(jobFromText(claimed.data.job));
    return { keep: async (within) => await forget(within, claimed), tell: () => undefined };
  } catch (error) {
    if (error instanceof TryLater) return askedForLater(runner, claimed, error);
    if (error instanceof StorageUnavailable) return await withoutDatabase(runner, claimed, error);
    const waitMs = waitOut(error, faultsOf(claimed), runner.rule);
    if (waitMs === undefined) return failed(runner, claimed, error);
    return waitsForWhatPasses(runner, claimed, { error, waitMs });
  }
}

function askedForLater({ log, rule }: JobRunner, claimed: ClaimedJob, asked: TryLater): Ending {
  const { delayMs, holdsLane, message } = asked;
  const job = jobFromText(claimed.data.job);
  const later = { delayMs, maxAttempts: rule.maxAttempts };
  return {
    keep: async (within) => await (holdsLane ? putBack : postpone)(within, claimed, later),
    tell: () => {
      log(job).debug(`The job "${job.kind}" asks for ${delayMs} ms: ${message}`);
    },
  };
}

function waitsForWhatPasses(
  { log, rule }: JobRunner,
  claimed: ClaimedJob,
  { error, waitMs }: { readonly error: unknown; readonly waitMs: number },
): Ending {
  const { maxAttempts, patience } = rule;
  const job = jobFromText(claimed.data.job);
  const faults = faultsOf(claimed) + 1;
  return {
    keep: async (within) => await putBack(within, claimed, { delayMs: waitMs, maxAttempts, faults }),
    tell: () => {
      log(job).warning(waitMessage(job, { error, waitMs, faults, of: patience.maxFaults }));
    },
  };
}

/** When the database is away every job fails, and none of them is to blame. It keeps its lane while it waits. */
async function withoutDatabase({ clock, log, rule }: JobRunner, claimed: ClaimedJob, error: Error): Promise<Ending> {
  const job = jobFromText(claimed.data.job);
  log(job).warning(
    `The job "${job.kind}" failed, which does not count, again in ${WRITE_AGAIN_MS} ms: ${error.message}`,
  );
  await clock.sleep(WRITE_AGAIN_MS);
  const atOnce = { delayMs: 0, maxAttempts: rule.maxAttempts };
  return { keep: async (within) => await putBack(within, claimed, atOnce), tell: () => undefined };
}

function failed({ log, rule }: JobRunner, claimed: ClaimedJob, error: unknown): Ending {
  const job = jobFromText(claimed.data.job);
  let outcome: Failed = { kind: 'replaced' };
  return {
    keep: async (within) => {
      outcome = await fail(within, claimed, { error, rule });
    },
    tell: () => {
      tellFailure(log(job), { job, outcome, error, failures: failuresOf(claimed) + 1, of: rule.maxAttempts });
    },
  };
}

interface ToldFailure {
  readonly job: Job;
  readonly outcome: Failed;
  readonly error: unknown;
  readonly failures: number;
  readonly of: number;
}

function tellFailure(log: LogPort, { job, outcome, error, failures, of }: ToldFailure): void {
  const message = messageOf(error);
  switch (outcome.kind) {
    case 'again':
      log.warning(`The job "${job.kind}" failed (${failures} of ${of}), again in ${outcome.delayMs} ms: ${message}`);
      return;
    case 'set_aside':
      log.error(`The job "${job.kind}" failed ${failures} times and was set aside as a dead letter: ${message}`);
      return;
    case 'replaced':
      log.warning(`The job "${job.kind}" failed, and a newer one waits in its place: ${message}`);
  }
}
