import { z } from 'zod';
import type { Trigger } from '../../shared/model/trigger.ts';
import { account, envelope, nodeId, placeOf, positive, text, url, type Delivery } from './payload.ts';
import { opening, seenOf, time } from './seen.ts';

const commented = envelope.extend({
  comment: z.object({ id: positive, node_id: nodeId, body: text, html_url: url, user: account, created_at: time }),
  issue: opening.extend({ number: positive, pull_request: z.unknown().optional() }),
});

/** `issue_comment.created`: a comment on an issue, or in the conversation of a pull request. */
export function commentTrigger(delivery: Delivery): Trigger {
  const payload = commented.parse(delivery.payload);
  const { comment, issue } = payload;
  return {
    kind: 'comment',
    ...placeOf(delivery, payload, issue.number),
    isPullRequest: issue.pull_request !== undefined && issue.pull_request !== null,
    sourceId: comment.node_id,
    reactTo: { kind: 'comment', id: comment.id },
    text: comment.body,
    url: comment.html_url,
    sender: comment.user,
    ...seenOf({ at: comment.created_at, thread: issue }),
  };
}
