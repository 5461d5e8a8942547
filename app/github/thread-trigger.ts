import { z } from 'zod';
import type { ThreadClosed, Trigger } from '../../shared/model/trigger.ts';
import { account, envelope, nodeId, placeOf, positive, text, url, type Delivery } from './payload.ts';
import { opening, seenOf, time } from './seen.ts';

const thread = opening.extend({
  number: positive,
  node_id: nodeId,
  body: text,
  html_url: url,
  user: account,
  created_at: time,
  closed_at: time,
  updated_at: z.string().max(40),
});

const changed = envelope.extend({
  issue: thread.optional(),
  pull_request: thread.optional(),
  label: z.object({ id: positive, name: z.string().max(200) }).optional(),
  sender: account,
});
type Changed = z.infer<typeof changed>;

/**
 * `issues.opened` and `pull_request.opened`: the text may hold commands, which are its author's. Undefined when somebody
 * else has opened it, as whoever transfers an issue to the repository does: its author has asked nothing here.
 */
export function openedTrigger(delivery: Delivery): Trigger | undefined {
  const payload = changed.parse(delivery.payload);
  const { shown, common } = threadOf(delivery, payload);
  if (payload.sender.login.toLowerCase() !== shown.user.login.toLowerCase()) return undefined;
  return {
    kind: 'opened',
    ...common,
    ...seenOf({ at: shown.created_at, thread: shown }),
    text: shown.body,
    sender: shown.user,
  };
}

/**
 * `issues.labeled` and `pull_request.labeled`: the label asks, not the text, and whoever put it on. A thread is labelled
 * more than once and may hold commands in its text too, so each time is a source of its own: known by the label and the
 * time, which the signature covers, and not by the delivery's id, which nobody signs. GitHub's clock has seconds; what is
 * taken off and put on again within one counts once.
 */
export function labeledTrigger(delivery: Delivery): Trigger {
  const payload = changed.parse(delivery.payload);
  const { shown, common } = threadOf(delivery, payload);
  const { id, name: label } = payload.label ?? { id: 0, name: '' };
  const sourceId = `${shown.node_id}:labeled:${id}:${shown.updated_at}`;
  const seen = seenOf({ at: time.parse(shown.updated_at), thread: shown });
  return { kind: 'labeled', ...common, ...seen, sourceId, text: '', sender: payload.sender, label };
}

/** `issues.closed` and `pull_request.closed`. */
export function threadClosed(delivery: Delivery): ThreadClosed {
  const { shown, common } = threadOf(delivery, changed.parse(delivery.payload));
  const { closed_at: happenedAt } = shown;
  return {
    deliveryId: delivery.id,
    installationId: common.installationId,
    thread: common.thread,
    ...(happenedAt !== undefined && { happenedAt }),
  };
}

function threadOf(delivery: Delivery, payload: Changed) {
  const shown = payload.pull_request ?? payload.issue;
  if (shown === undefined) throw new Error('The payload has neither an issue nor a pull request.');
  const common = {
    ...placeOf(delivery, payload, shown.number),
    isPullRequest: payload.pull_request !== undefined,
    sourceId: shown.node_id,
    reactTo: { kind: 'thread', id: shown.number },
    url: shown.html_url,
  } as const;
  return { shown, common };
}
