import { verifyMarker, type MarkerPayload, type MarkerSecret } from './marker.ts';
import type { Thread } from '../model/thread.ts';
import type { Comment, ThreadsPort } from '../ports/forge.ts';

export interface OwnComment {
  readonly comment: Comment;
  readonly payload: MarkerPayload;
}

/** Our own comments in a thread, oldest first: ours are those that we wrote and that carry a valid marker. Reads all pages. */
export async function* ownComments(
  threads: ThreadsPort,
  thread: Thread,
  secret: MarkerSecret,
): AsyncGenerator<OwnComment, void, undefined> {
  const viewer = await threads.viewer();
  if (viewer === undefined) return;
  for await (const comment of threads.listComments(thread)) {
    if (comment.author !== viewer) continue;
    const payload = verifyMarker(comment.body, { thread, purpose: 'comment' }, secret);
    if (payload !== undefined) yield { comment, payload };
  }
}
