import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { World } from '../api.ts';
import type { PullThread, Repository, Review, ReviewComment } from '../state.ts';
import { repositoryApiUrl } from './repository.ts';
import { association, presentReactions, pullLinks } from './thread.ts';
import { nodeId, presentUser } from './user.ts';

/** A pull request and the repository it is in. */
export interface PullPlace {
  readonly repository: Repository;
  readonly thread: PullThread;
}

/** GitHub's `pull-request-review`. */
export function presentReview(world: World, { repository, thread }: PullPlace, review: Review): JsonObject {
  const { url, html_url: html } = pullLinks(world, repository, thread.number);
  const own = `${String(html)}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: presentUser(world, review.author),
    body: review.body,
    state: review.state,
    commit_id: review.commitId,
    html_url: own,
    pull_request_url: url,
    _links: { html: { href: own }, pull_request: { href: url } },
    author_association: association(world, repository, review.author),
    submitted_at: review.submittedAt,
  };
}

/** GitHub's `pull-request-review-comment`. */
export function presentReviewComment(
  world: World,
  { repository, thread }: PullPlace,
  comment: ReviewComment,
): JsonObject {
  const { url: pullUrl, html_url: html } = pullLinks(world, repository, thread.number);
  const url = `${repositoryApiUrl(world, repository)}/pulls/comments/${comment.id}`;
  const own = `${String(html)}#discussion_r${comment.id}`;
  const { body, path, line = null, side = 'RIGHT', commit_id: commit, in_reply_to: replied } = comment.fields;
  const { start_line: startLine = null, start_side: startSide = null } = comment.fields;
  return {
    ...blank('pull-request-review-comment'),
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    pull_request_review_id: comment.review,
    user: presentUser(world, comment.author),
    body,
    path,
    line,
    original_line: line,
    side,
    start_line: startLine,
    original_start_line: startLine,
    start_side: startSide,
    subject_type: line === null ? 'file' : 'line',
    reactions: presentReactions(url, comment.reactions),
    commit_id: commit,
    original_commit_id: commit,
    diff_hunk: thread.pull.files.find((file) => file.filename === path)?.patch ?? '',
    url,
    html_url: own,
    pull_request_url: pullUrl,
    _links: { self: { href: url }, html: { href: own }, pull_request: { href: pullUrl } },
    author_association: association(world, repository, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    ...(replied !== undefined && { in_reply_to_id: replied }),
  };
}
