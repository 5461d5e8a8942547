import { demand, loginOf } from '../access.ts';
import { numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { presentReview, presentReviewComment, type PullPlace } from '../present/review.ts';
import { invalidRequest, notFound } from '../problem.ts';
import { timestamp, type Review, type ReviewComment } from '../state.ts';
import { announceReview, announceReviewComment } from '../webhooks/announce.ts';
import { openPull } from './pulls.ts';

const WRITE = { role: 'read', permissions: ['pull_requests=write'] } as const;
const STATES: Readonly<Record<string, Review['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

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
    const given = c.get('body').comments;
    const fields = Array.isArray(given) ? given.filter(isObject) : [];
    const comments = fields.map((one) => addComment(c, world, place, { ...one, review }));
    // What is pending is seen by nobody else yet.
    if (review.state !== 'PENDING') {
      announceReview(world, place, review);
      for (const comment of comments) announceReviewComment(world, place, comment);
    }
    return c.json(presentReview(world, place, review), 200);
  });
  api.get(`${path}/reviews/:review`, (c) => {
    const place = openPull(c, world);
    const id = numberIn(c, 'review');
    const review = place.thread.pull.reviews.find((one) => one.id === id);
    if (!review) throw notFound();
    return c.json(presentReview(world, place, review));
  });
  api.get(`${path}/comments`, (c) => {
    const place = openPull(c, world);
    return c.json(page(c, place.thread.pull.comments).map((comment) => presentReviewComment(world, place, comment)));
  });
  api.post(`${path}/comments`, (c) => {
    const place = openWritable(c, world);
    return c.json(presentReviewComment(world, place, commentAlone(c, world, place, c.get('body'))), 201);
  });
  api.post(`${path}/comments/:comment/replies`, (c) => {
    const place = openWritable(c, world);
    const id = numberIn(c, 'comment');
    const first = place.thread.pull.comments.find((comment) => comment.id === id);
    if (!first) throw notFound();
    const { fields } = first;
    const reply = { ...fields, body: textIn(c.get('body'), 'body'), in_reply_to: fields.in_reply_to ?? id };
    return c.json(presentReviewComment(world, place, commentAlone(c, world, place, reply)), 201);
  });
}

function openWritable(c: ApiContext, world: World): PullPlace {
  const place = openPull(c, world);
  demand(c, world, place.repository, WRITE);
  return place;
}

function reviewOf(c: ApiContext, world: World, { thread }: PullPlace): Review {
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

/** A comment that comes alone gets a wordless review around it, and both are announced. */
function commentAlone(c: ApiContext, world: World, place: PullPlace, fields: JsonObject): ReviewComment {
  const review: Review = {
    id: world.state.nextId(),
    author: loginOf(c.get('actor')),
    body: '',
    state: 'COMMENTED',
    commitId: textIn(fields, 'commit_id') ?? place.thread.pull.head.sha,
    submittedAt: timestamp(),
  };
  place.thread.pull.reviews.push(review);
  const comment = addComment(c, world, place, { ...fields, review });
  announceReview(world, place, review);
  announceReviewComment(world, place, comment);
  return comment;
}

function addComment(
  c: ApiContext,
  world: World,
  { thread }: PullPlace,
  { review, ...fields }: JsonObject & { readonly review: Review },
): ReviewComment {
  const comment: ReviewComment = {
    id: world.state.nextId(),
    author: loginOf(c.get('actor')),
    createdAt: timestamp(),
    review: review.id,
    fields: { ...fields, commit_id: review.commitId },
    reactions: [],
  };
  thread.pull.comments.push(comment);
  return comment;
}
