import { demand, loginOf } from '../access.ts';
import { numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { blank } from '../contract/blank.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { invalidRequest, notFound } from '../problem.ts';
import { repositoryApiUrl } from '../present/repository.ts';
import { association, pullLinks } from '../present/thread.ts';
import { nodeId, presentUser } from '../present/user.ts';
import { timestamp, type Repository, type Review, type ReviewComment } from '../state.ts';
import { openPull, type PullThread } from './pulls.ts';

const WRITE = { role: 'read', permissions: ['pull_requests=write'] } as const;
const STATES: Readonly<Record<string, Review['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

interface Place {
  readonly repository: Repository;
  readonly thread: PullThread;
}

export function serveReviews(api: Api, world: World): void {
  const path = '/repos/:owner/:repo/pulls/:number';
  api.get(`${path}/reviews`, (c) => {
    const place = openPull(c, world);
    return c.json(page(c, place.thread.pull.reviews).map((review) => presentReview(world, place, review)));
  });
  api.post(`${path}/reviews`, (c) => {
    const place = openWritable(c, world);
    const review = reviewOf(c, world, place);
    place.thread.pull.reviews.push(review);
    const { comments } = c.get('body');
    for (const comment of Array.isArray(comments) ? comments.filter(isObject) : []) {
      addComment(c, world, place, { ...comment, commit_id: review.commitId });
    }
    return c.json(presentReview(world, place, review), 200);
  });
  api.get(`${path}/comments`, (c) => {
    const place = openPull(c, world);
    return c.json(page(c, place.thread.pull.comments).map((comment) => presentComment(world, place, comment)));
  });
  api.post(`${path}/comments`, (c) => {
    const place = openWritable(c, world);
    return c.json(presentComment(world, place, addComment(c, world, place, c.get('body'))), 201);
  });
  api.post(`${path}/comments/:comment/replies`, (c) => {
    const place = openWritable(c, world);
    const id = numberIn(c, 'comment');
    const first = place.thread.pull.comments.find((comment) => comment.id === id);
    if (!first) throw notFound();
    const { fields } = first;
    const reply = { ...fields, body: textIn(c.get('body'), 'body'), in_reply_to: fields.in_reply_to ?? id };
    return c.json(presentComment(world, place, addComment(c, world, place, reply)), 201);
  });
}

function openWritable(c: ApiContext, world: World): Place {
  const place = openPull(c, world);
  demand(c, world, place.repository, WRITE);
  return place;
}

function reviewOf(c: ApiContext, world: World, { thread }: Place): Review {
  const request = c.get('body');
  const event = textIn(request, 'event');
  const body = textIn(request, 'body') ?? '';
  const author = loginOf(c.get('actor'));
  const own = author === thread.author && (event === 'APPROVE' || event === 'REQUEST_CHANGES');
  if (own) throw invalidRequest(['Review Can not approve or request changes on your own pull request']);
  const wordless = body === '' && !Array.isArray(request.comments);
  if (wordless && (event === 'COMMENT' || event === 'REQUEST_CHANGES'))
    throw invalidRequest(['Review body is required']);
  return {
    id: world.state.nextId(),
    author,
    body,
    // Without an event the review waits for being submitted.
    state: STATES[event ?? ''] ?? 'PENDING',
    commitId: textIn(request, 'commit_id') ?? thread.pull.head.sha,
    submittedAt: timestamp(),
  };
}

function addComment(c: ApiContext, world: World, { thread }: Place, fields: JsonObject): ReviewComment {
  const author = loginOf(c.get('actor'));
  const comment = { id: world.state.nextId(), author, createdAt: timestamp(), fields, reactions: [] };
  thread.pull.comments.push(comment);
  return comment;
}

function presentReview(world: World, { repository, thread }: Place, review: Review): JsonObject {
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

function presentComment(world: World, { repository, thread }: Place, comment: ReviewComment): JsonObject {
  const { url: pullUrl, html_url: html } = pullLinks(world, repository, thread.number);
  const url = `${repositoryApiUrl(world, repository)}/pulls/comments/${comment.id}`;
  const own = `${String(html)}#discussion_r${comment.id}`;
  const { body, path, line = null, side = 'RIGHT', commit_id: commit, in_reply_to: replied } = comment.fields;
  return {
    ...blank('pull-request-review-comment'),
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    user: presentUser(world, comment.author),
    body,
    path,
    line,
    side,
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
