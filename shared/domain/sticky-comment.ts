import { makeMarker, type MarkerPayload } from './marker.ts';
import { ownComments } from './own-comments.ts';
import type { Thread } from '../model/thread.ts';
import { ForgeError, WriteInDoubtError } from '../ports/forge-error.ts';
import type { Comment, ThreadsPort } from '../ports/forge.ts';

export interface CommentRequest {
  readonly thread: Thread;
  readonly secret: string;
  /** Goes into the marker. Its `key` says which of our comments is meant, its `runReference` which run wrote it. */
  readonly payload: MarkerPayload;
  /** `sticky`: the key's comment is taken over from earlier runs. `new`: each run has its own. */
  readonly mode: 'sticky' | 'new';
  /** Renders the comment; the marker must stand in it. */
  readonly body: (marker: string) => string;
  /** The comment this run wrote before; spares the search. */
  readonly knownCommentId?: number;
}

export interface PostedComment {
  readonly id: number;
  readonly url: string;
  readonly created: boolean;
}

/**
 * Shows a report as one comment: the known one, else our own one with this key (and this run's reference in mode `new`),
 * the newest if there are several, else a new one. A deleted comment is written anew. When it is not known whether a
 * comment was created, it is looked for before another is, so a lost answer never doubles it.
 */
export async function upsertComment(threads: ThreadsPort, request: CommentRequest): Promise<PostedComment> {
  const { thread, secret, payload, knownCommentId } = request;
  const body = request.body(makeMarker(payload, { thread, purpose: 'comment' }, secret));
  if (knownCommentId !== undefined) {
    const known = await updateIfThere(threads, request, { id: knownCommentId, body });
    if (known !== undefined) return known;
  } else {
    const found = await findComment(threads, request);
    const updated = found && (await updateIfThere(threads, request, { id: found.id, body }));
    if (updated !== undefined) return updated;
  }
  return await createOnce(threads, request, body);
}

async function updateIfThere(
  threads: ThreadsPort,
  { thread }: CommentRequest,
  { id, body }: { id: number; body: string },
): Promise<PostedComment | undefined> {
  try {
    return { ...place(await threads.updateComment(thread, id, body)), created: false };
  } catch (error) {
    if (error instanceof ForgeError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

async function createOnce(threads: ThreadsPort, request: CommentRequest, body: string): Promise<PostedComment> {
  try {
    return { ...place(await threads.createComment(request.thread, body)), created: true };
  } catch (error) {
    if (!(error instanceof WriteInDoubtError)) throw error;
    const found = await findComment(threads, request, body);
    if (found !== undefined) return { ...place(found), created: true };
    return { ...place(await threads.createComment(request.thread, body)), created: true };
  }
}

/** @param body only a comment that reads like this, for the search after a creation in doubt. */
async function findComment(threads: ThreadsPort, request: CommentRequest, body?: string): Promise<Comment | undefined> {
  const { thread, secret, payload, mode } = request;
  let newest: Comment | undefined;
  for await (const own of ownComments(threads, thread, secret)) {
    if (own.payload.key !== payload.key) continue;
    if (mode === 'new' && own.payload.runReference !== payload.runReference) continue;
    if (body !== undefined && own.comment.body.trim() !== body.trim()) continue;
    if (newest === undefined || own.comment.id > newest.id) newest = own.comment;
  }
  return newest;
}

function place({ id, url }: Comment): { id: number; url: string } {
  return { id, url };
}
