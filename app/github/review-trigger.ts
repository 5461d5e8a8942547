import { z } from 'zod';
import type { DiffPlace, Trigger } from '../../shared/model/trigger.ts';
import { account, envelope, nodeId, placeOf, positive, text, url, type Delivery } from './payload.ts';
import { commitId, opening, seenOf, time } from './seen.ts';

const pull = opening.extend({ number: positive });

const reviewed = envelope.extend({
  review: z.object({
    node_id: nodeId,
    body: text,
    html_url: url,
    user: account,
    commit_id: commitId,
    submitted_at: time,
  }),
  pull_request: pull,
});

const line = positive.nullish();
const reviewCommented = envelope.extend({
  comment: z.object({
    id: positive,
    node_id: nodeId,
    body: text,
    html_url: url,
    user: account,
    created_at: time,
    path: z.string().max(5_000),
    line,
    original_line: line,
    start_line: line,
    side: z.string().nullish(),
    diff_hunk: z.string().nullish(),
  }),
  pull_request: pull,
});

/**
 * `pull_request_review.submitted`: the text of a review. GitHub takes no reactions on it. It is about the commit that was
 * reviewed, which need not be the head any more.
 */
export function reviewTrigger(delivery: Delivery): Trigger {
  const payload = reviewed.parse(delivery.payload);
  const { review, pull_request } = payload;
  return {
    kind: 'review',
    ...placeOf(delivery, payload, pull_request.number),
    isPullRequest: true,
    sourceId: review.node_id,
    text: review.body,
    url: review.html_url,
    sender: review.user,
    ...seenOf({ at: review.submitted_at, thread: pull_request, headSha: review.commit_id }),
  };
}

/**
 * `pull_request_review_comment.created`: a comment on a place of the diff. Its own `commit_id` says where it stands, which
 * in an old discussion is an old commit; what the sender could see is the head.
 */
export function reviewCommentTrigger(delivery: Delivery): Trigger {
  const payload = reviewCommented.parse(delivery.payload);
  const { comment, pull_request } = payload;
  return {
    kind: 'review_comment',
    ...placeOf(delivery, payload, pull_request.number),
    isPullRequest: true,
    sourceId: comment.node_id,
    reactTo: { kind: 'review_comment', id: comment.id },
    text: comment.body,
    url: comment.html_url,
    sender: comment.user,
    place: diffPlaceOf(comment),
    ...seenOf({ at: comment.created_at, thread: pull_request }),
  };
}

/** A comment on a line that the pull request has changed since keeps only its original line. */
function diffPlaceOf(comment: z.infer<typeof reviewCommented>['comment']): DiffPlace {
  const at = comment.line ?? comment.original_line;
  return {
    path: comment.path,
    ...(at != null && { line: at }),
    ...(comment.start_line != null && { startLine: comment.start_line }),
    ...(comment.side != null && { side: comment.side }),
    ...(comment.diff_hunk != null && { diffHunk: comment.diff_hunk }),
  };
}
