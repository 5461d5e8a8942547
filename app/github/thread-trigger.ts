import { z } from 'zod';
import type { ThreadClosed, Trigger } from '../../shared/model/trigger.ts';
import { account, envelope, nodeId, placeOf, positive, text, url, type Delivery } from './payload.ts';

const thread = z.object({ number: positive, node_id: nodeId, body: text, html_url: url, user: account });

const changed = envelope.extend({
  issue: thread.optional(),
  pull_request: thread.optional(),
  label: z.object({ name: z.string().max(200) }).optional(),
  sender: account,
});
type Changed = z.infer<typeof changed>;

/** `issues.opened` and `pull_request.opened`: the text may hold commands. */
export function openedTrigger(delivery: Delivery): Trigger {
  const payload = changed.parse(delivery.payload);
  const { shown, common } = threadOf(delivery, payload);
  return { kind: 'opened', ...common, text: shown.body, sender: shown.user };
}

/** `issues.labeled` and `pull_request.labeled`: the label asks, not the text, and whoever put it on. */
export function labeledTrigger(delivery: Delivery): Trigger {
  const payload = changed.parse(delivery.payload);
  const { common } = threadOf(delivery, payload);
  return { kind: 'labeled', ...common, text: '', sender: payload.sender, label: payload.label?.name ?? '' };
}

/** `issues.closed` and `pull_request.closed`. */
export function threadClosed(delivery: Delivery): ThreadClosed {
  const { common } = threadOf(delivery, changed.parse(delivery.payload));
  return { deliveryId: delivery.id, installationId: common.installationId, thread: common.thread };
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
