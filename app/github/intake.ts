import { ZodError } from 'zod';
import { schedulesNote } from '../../shared/domain/engine/run-schedules.ts';
import { triggerLane } from '../../shared/domain/engine/lanes.ts';
import { mayHoldCommands } from '../../shared/domain/intake/find-commands.ts';
import type { RepositoryName } from '../../shared/model/thread.ts';
import type { Trigger } from '../../shared/model/trigger.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { Job, JobQueue } from '../../shared/ports/jobs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import type { NoteStore } from '../../shared/ports/store.ts';
import { commentTrigger } from './comment-trigger.ts';
import { changedConfigOf } from './config-push.ts';
import type { Arrival, Delivery } from './payload.ts';
import { reviewCommentTrigger, reviewTrigger } from './review-trigger.ts';
import { labeledTrigger, openedTrigger, threadClosed } from './thread-trigger.ts';

export interface IntakeParts {
  readonly store: Pick<NoteStore, 'write'>;
  readonly jobs: JobQueue;
  readonly clock: ClockPort;
  readonly log: LogPort;
  /** Our own login: what we write starts nothing. */
  readonly self: string;
  readonly onDelivery: (event: string, outcome: Outcome) => void;
  /** Told when an installation or its repositories changed. */
  readonly onInstallationsChanged: () => void;
}

/** What became of a delivery. */
export type Outcome = 'taken' | 'ignored' | 'repeated' | 'failed';

interface Asked {
  readonly job: Job;
  readonly lane: string;
}

/** What a delivery asks for; undefined when nothing. */
type Reader = (delivery: Delivery) => Asked | undefined;

/** Does what a delivery asks for. */
type Handler = (delivery: Delivery, event: string) => Outcome | Promise<Outcome>;

/** With its action where only that one matters. Each becomes a job when it asks for something. */
const JOB_EVENTS = [
  'issue_comment.created',
  'pull_request_review.submitted',
  'pull_request_review_comment.created',
  'issues.opened',
  'issues.labeled',
  'issues.closed',
  'pull_request.opened',
  'pull_request.labeled',
  'pull_request.closed',
] as const;
type JobEvent = (typeof JOB_EVENTS)[number];

/**
 * Whether such an event, e.g. `issues.opened`, can become a job, so that something is lost when it does not come. What the
 * others tell is looked at every quarter of an hour anyway.
 */
export function becomesJob(event: string): boolean {
  return JOB_EVENTS.some((each) => each === event);
}

/** GitHub lets a delivery be sent again for three days. */
const REMEMBER_MS = 7 * 24 * 3_600_000;

/**
 * Takes what matters of GitHub's deliveries: each becomes at most one job, recorded before GitHub gets its answer. The
 * function rejects when that cannot be done; GitHub then shows the delivery as failed.
 */
export function createIntake(parts: IntakeParts): (arrival: Arrival) => Promise<void> {
  const handlers = handlersOf(parts);
  return async ({ id, name, payload }) => {
    const withAction = 'action' in payload ? `${name}.${String(payload.action)}` : name;
    const event = handlers.has(withAction) ? withAction : name;
    const handler = handlers.get(event);
    // Other events, and other actions of these, are of no interest.
    if (handler === undefined) return;
    try {
      parts.onDelivery(event, await handler({ id, payload, receivedAt: parts.clock.now() }, event));
    } catch (error) {
      parts.onDelivery(event, 'failed');
      throw error;
    }
  };
}

function handlersOf(parts: IntakeParts): ReadonlyMap<string, Handler> {
  const once =
    (read: Reader): Handler =>
    async (delivery, event) =>
      await addOnce(parts, { event, delivery, read });
  const installationsChanged: Handler = () => {
    parts.onInstallationsChanged();
    return 'taken';
  };
  const readers = readersOf(parts.self);
  return new Map<string, Handler>([
    ...JOB_EVENTS.map((event): [string, Handler] => [event, once(readers[event])]),
    ['push', async (delivery, event) => await forgetSchedules(parts, { event, delivery, read: changedConfigOf })],
    ['installation', installationsChanged],
    ['installation_repositories', installationsChanged],
  ]);
}

function readersOf(self: string): Readonly<Record<JobEvent, Reader>> {
  const trigger = triggerReader(self);
  return {
    'issue_comment.created': trigger(commentTrigger),
    'pull_request_review.submitted': trigger(reviewTrigger),
    'pull_request_review_comment.created': trigger(reviewCommentTrigger),
    'issues.opened': trigger(openedTrigger),
    'issues.labeled': trigger(labeledTrigger),
    'issues.closed': closedReader,
    'pull_request.opened': trigger(openedTrigger),
    'pull_request.labeled': trigger(labeledTrigger),
    'pull_request.closed': closedReader,
  };
}

async function addOnce(parts: IntakeParts, reading: Reading<Asked>): Promise<Outcome> {
  const asked = readSafely(parts, reading);
  if (asked === undefined) return 'ignored';
  const { id, receivedAt } = reading.delivery;
  const once = { id: `delivery:${id}`, expiresAt: receivedAt + REMEMBER_MS };
  return (await parts.jobs.add(asked.job, { lane: asked.lane, once })) ? 'taken' : 'repeated';
}

async function forgetSchedules(parts: IntakeParts, reading: Reading<RepositoryName>): Promise<Outcome> {
  const changed = readSafely(parts, reading);
  if (changed === undefined) return 'ignored';
  await parts.store.write(schedulesNote(changed), undefined);
  return 'taken';
}

interface Reading<T> {
  readonly event: string;
  readonly delivery: Delivery;
  readonly read: (delivery: Delivery) => T | undefined;
}

/** A payload of another shape can never be understood: it is told and not refused, or GitHub would show it as failed for ever. */
function readSafely<T>({ log }: IntakeParts, { event, delivery, read }: Reading<T>): T | undefined {
  try {
    return read(delivery);
  } catch (error) {
    const why = error instanceof ZodError ? error.issues.map(({ path }) => path.join('.')).join(', ') : String(error);
    log.warning(`The delivery ${delivery.id} (${event}) is not what GitHub documents, so it is ignored: ${why}`);
    return undefined;
  }
}

function triggerReader(self: string): (read: (delivery: Delivery) => Trigger | undefined) => Reader {
  return (read) => (delivery) => {
    const trigger = read(delivery);
    if (trigger === undefined) return undefined;
    // Most comments are none of our business: they cost no job.
    const isOurs = trigger.sender.login.toLowerCase() === self.toLowerCase();
    if (isOurs || !mayHoldCommands(trigger)) return undefined;
    return { job: { kind: 'trigger', trigger }, lane: triggerLane(trigger.thread) };
  };
}

const closedReader: Reader = (delivery) => {
  const closed = threadClosed(delivery);
  return { job: { kind: 'thread_closed', closed }, lane: triggerLane(closed.thread) };
};
