import type { Probot } from 'probot';
import { ZodError } from 'zod';
import { schedulesNote } from '../../shared/domain/engine/run-schedules.ts';
import { triggerLane } from '../../shared/domain/engine/lanes.ts';
import { mayHoldCommands } from '../../shared/domain/intake/find-commands.ts';
import type { Trigger } from '../../shared/model/trigger.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { Job, JobQueue } from '../../shared/ports/jobs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import type { NoteStore } from '../../shared/ports/store.ts';
import { commentTrigger } from './comment-trigger.ts';
import { changedConfigOf } from './config-push.ts';
import type { Delivery } from './payload.ts';
import { reviewCommentTrigger, reviewTrigger } from './review-trigger.ts';
import { labeledTrigger, openedTrigger, threadClosed } from './thread-trigger.ts';

export interface IntakeParts {
  readonly store: Pick<NoteStore, 'read' | 'write'>;
  readonly jobs: JobQueue;
  readonly clock: ClockPort;
  readonly log: LogPort;
  /** Our own login: what we write starts nothing. */
  readonly self: string;
  readonly onDelivery: (event: string, outcome: 'taken' | 'ignored' | 'repeated') => void;
  /** Told when an installation or its repositories changed. */
  readonly onInstallationsChanged: () => void;
}

/** What a delivery asks for; undefined when nothing. */
type Reader = (delivery: Delivery) => { readonly job: Job; readonly lane: string } | undefined;

/** GitHub lets a delivery be sent again for three days. */
const REMEMBER_MS = 7 * 24 * 3_600_000;

/** Has Probot hand over what matters: each delivery becomes at most one job, recorded before GitHub gets its answer. */
export function takeDeliveries(probot: Probot, parts: IntakeParts): void {
  const trigger = triggerReader(parts.self);
  const readers = [
    ['issue_comment.created', trigger(commentTrigger)],
    ['pull_request_review.submitted', trigger(reviewTrigger)],
    ['pull_request_review_comment.created', trigger(reviewCommentTrigger)],
    ['issues.opened', trigger(openedTrigger)],
    ['issues.labeled', trigger(labeledTrigger)],
    ['issues.closed', closedReader],
    ['pull_request.opened', trigger(openedTrigger)],
    ['pull_request.labeled', trigger(labeledTrigger)],
    ['pull_request.closed', closedReader],
  ] as const;
  for (const [event, read] of readers) {
    probot.on(event, async ({ id, payload }) => await take(parts, { event, id, payload, read }));
  }
  probot.on('push', async ({ id, payload }) => {
    const delivery = { id, payload, receivedAt: parts.clock.now() };
    const changed = readSafely(parts, { event: 'push', delivery, read: changedConfigOf });
    if (changed !== undefined) await parts.store.write(schedulesNote(changed), undefined);
    parts.onDelivery('push', changed === undefined ? 'ignored' : 'taken');
  });
  probot.on(['installation', 'installation_repositories'], ({ name }) => {
    parts.onInstallationsChanged();
    parts.onDelivery(name, 'taken');
  });
}

interface Taken {
  readonly event: string;
  readonly id: string;
  readonly payload: unknown;
  readonly read: Reader;
}

/** The job comes before the note that it was added: cut short between the two, a redelivery adds it again and harms nothing. */
async function take(parts: IntakeParts, { event, id, payload, read }: Taken): Promise<void> {
  const { store, jobs, clock, onDelivery } = parts;
  const delivery = { id, payload, receivedAt: clock.now() };
  const asked = readSafely(parts, { event, delivery, read });
  if (asked === undefined) return onDelivery(event, 'ignored');
  const note = `delivery:${id}`;
  if ((await store.read(note)) !== undefined) return onDelivery(event, 'repeated');
  await jobs.add(asked.job, { lane: asked.lane, key: note });
  await store.write(note, event, { expiresAt: clock.now() + REMEMBER_MS });
  onDelivery(event, 'taken');
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

function triggerReader(self: string): (read: (delivery: Delivery) => Trigger) => Reader {
  return (read) => (delivery) => {
    const trigger = read(delivery);
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
