import { z } from 'zod';
import type { ThreadClosed, Trigger } from '../../shared/model/trigger.ts';
import { account, envelope, head, nodeId, placeOf, positive, text, url, type Delivery } from './payload.ts';

const thread = z.object({
  number: positive,
  node_id: nodeId,
  body: text,
  html_url: url,
  user: account,
  updated_at: z.string().max(40),
});

const changed = envelope.extend({
  issue: thread.optional(),
  pull_request: thread.extend({ head }).optional(),
  label: z.object({ id: positive, name: z.string().max(200) }).optional(),
  sender: account,
});
type Changed = z.infer<typeof changed>;

/** `issues.opened` and `pull_request.opened`: the text may hold commands. */
export function openedTrigger(delivery: Delivery): Trigger {
  const payload = changed.parse(delivery.payload);
  const { shown, common } = threadOf(delivery, payload);
  return { kind: 'opened', ...common, text: shown.body, sender: shown.user };
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
  return { kind: 'labeled', ...common, sourceId, text: '', sender: payload.sender, label };
}

/** `issues.closed` and `pull_request.closed`. */
export function threadClosed(delivery: Delivery): ThreadClosed {
  const { common } = threadOf(delivery, changed.parse(delivery.payload));
  return { deliveryId: delivery.id, installationId: common.installationId, thread: common.thread };
}

function threadOf(delivery: Delivery, payload: Changed) {
  const shown = payload.pull_request ?? payload.issue;
  if (shown === undefined) throw new Error('The payload has neither an issue nor a pull request.');
  const headSha = payload.pull_request?.head?.sha;
  const common = {
    ...placeOf(delivery, payload, shown.number),
    isPullRequest: payload.pull_request !== undefined,
    sourceId: shown.node_id,
    reactTo: { kind: 'thread', id: shown.number },
    url: shown.html_url,
    ...(headSha !== undefined && { headSha }),
  } as const;
  return { shown, common };
}
