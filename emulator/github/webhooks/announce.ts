import type { World } from '../api.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import { presentPull } from '../present/pull.ts';
import { presentLabel } from '../present/repository.ts';
import { presentReview, presentReviewComment, type PullPlace } from '../present/review.ts';
import { presentComment, presentIssue } from '../present/thread.ts';
import type { Comment, PullThread, Repository, Review, ReviewComment, Thread } from '../state.ts';

/** A thread, where it is, and who did something to it. */
export interface Scene {
  readonly repository: Repository;
  readonly thread: Thread;
  readonly sender: string;
}

/** `issues` or `pull_request`, whichever the thread is. */
export function announceThread(
  world: World,
  { repository, thread, sender }: Scene,
  { action, ...fields }: { readonly action: string; readonly [field: string]: unknown },
): void {
  if (isPull(thread)) {
    const shown = { number: thread.number, pull_request: presentPull(world, repository, thread) };
    world.hooks.announce({ event: 'pull_request', action, repository, sender, fields: { ...shown, ...fields } });
  } else {
    const shown = { issue: presentIssue(world, repository, thread) };
    world.hooks.announce({ event: 'issues', action, repository, sender, fields: { ...shown, ...fields } });
  }
}

/** As much of a thread as its events tell apart. */
export type ThreadBefore = Pick<Thread, 'title' | 'body' | 'state' | 'labels'>;

/** One event for each thing that is different now, in GitHub's order: words, labels, state. */
export function announceChanges(world: World, scene: Scene, before: ThreadBefore): void {
  const { repository, thread } = scene;
  const changes = {
    ...(thread.title !== before.title && { title: { from: before.title } }),
    ...(thread.body !== before.body && { body: { from: before.body ?? '' } }),
  };
  if (Object.keys(changes).length > 0) announceThread(world, scene, { action: 'edited', changes });
  const labels = (from: readonly string[], to: readonly string[]) => to.filter((name) => !from.includes(name));
  const announceLabels = (action: string, names: readonly string[]): void => {
    for (const name of names) {
      const label = repository.labels.get(name.toLowerCase());
      if (label) announceThread(world, scene, { action, label: presentLabel(world, repository, label) });
    }
  };
  announceLabels('unlabeled', labels(thread.labels, before.labels));
  announceLabels('labeled', labels(before.labels, thread.labels));
  if (thread.state !== before.state) {
    announceThread(world, scene, { action: thread.state === 'closed' ? 'closed' : 'reopened' });
  }
}

/** A new thread is `opened`, then `labeled` with each of its labels. */
export function announceOpened(world: World, scene: Scene): void {
  announceThread(world, scene, { action: 'opened' });
  const { title, body, state } = scene.thread;
  announceChanges(world, scene, { title, body, state, labels: [] });
}

export function announceComment(
  world: World,
  { repository, thread, sender, comment }: Scene & { readonly comment: Comment },
  { action, ...more }: { readonly action: 'created' | 'edited' | 'deleted'; readonly changes?: JsonObject },
): void {
  const fields = {
    issue: presentIssue(world, repository, thread),
    comment: presentComment(world, repository, { thread, comment }),
    ...more,
  };
  world.hooks.announce({ event: 'issue_comment', action, repository, sender, fields });
}

/** A review's state is in lower case here, and its body null when it has none: on GitHub as well. */
export function announceReview(world: World, place: PullPlace, review: Review): void {
  const { repository, thread } = place;
  const shown = presentReview(world, place, review);
  const fields = {
    review: { ...shown, state: review.state.toLowerCase(), body: review.body === '' ? null : review.body },
    pull_request: presentPull(world, repository, thread),
  };
  const event = { event: 'pull_request_review', action: 'submitted', repository, sender: review.author, fields };
  world.hooks.announce(event);
}

export function announceReviewComment(world: World, place: PullPlace, comment: ReviewComment): void {
  const { repository, thread } = place;
  const fields = {
    comment: presentReviewComment(world, place, comment),
    pull_request: presentPull(world, repository, thread),
  };
  const event = 'pull_request_review_comment';
  world.hooks.announce({ event, action: 'created', repository, sender: comment.author, fields });
}

export function isPull(thread: Thread): thread is PullThread {
  return thread.pull !== undefined;
}
