import type { CreationGuard } from './landing.ts';
import { makeMarker, type MarkerPayload, type MarkerSecret } from './marker.ts';
import { ownComments, type OwnComment } from './own-comments.ts';
import type { Thread } from '../model/thread.ts';
import { ForgeError, WriteInDoubtError } from '../ports/forge-error.ts';
import type { Comment, ThreadsPort } from '../ports/forge.ts';

export interface CommentRequest {
  readonly thread: Thread;
  readonly secret: MarkerSecret;
  /** Goes into the marker. Its `key` says which of our comments is meant, its `runReference` which run wrote it. */
  readonly payload: MarkerPayload;
  /** `sticky`: the key's comment is taken over from earlier runs. `new`: each run has its own. */
  readonly mode: 'sticky' | 'new';
  /** Renders the comment; the marker must stand in it. */
  readonly body: (marker: string) => string;
  /** The comment this run wrote before; spares the search. */
  readonly knownCommentId?: number;
  /** Default: the comment is created whatever was begun before. */
  readonly creating?: CreationGuard;
}

export interface PostedComment {
  readonly id: number;
  readonly url: string;
  /** What its marker now remembers. */
  readonly payload: MarkerPayload;
}

/**
 * Shows a report as one comment: the known one, else our own one with this key (and this run's reference in mode `new`),
 * the newest if there are several, else a new one. A deleted comment is written anew. When it is not known whether a
 * comment was created, it is looked for before another is, so a lost answer never doubles it. A run that has no task
 * yet leaves the task of the comment it takes over in its marker: should it die, the conversation is not lost.
 */
export async function upsertComment(threads: ThreadsPort, request: CommentRequest): Promise<PostedComment> {
  const { knownCommentId } = request;
  const found = knownCommentId === undefined ? await findComment(threads, request) : undefined;
  const id = knownCommentId ?? found?.comment.id;
  const payload = inherit(request.payload, found?.payload);
  const body = bodyWith(request, payload);
  const updated = id === undefined ? undefined : await updateIfThere(threads, request, { id, body });
  const comment = updated ?? (await createOnce(threads, request, body));
  return { id: comment.id, url: comment.url, payload };
}

function inherit(payload: MarkerPayload, old: MarkerPayload | undefined): MarkerPayload {
  if (payload.taskId !== undefined || old?.taskId === undefined) return payload;
  const { taskId, workspaceId } = old;
  return { ...payload, taskId, ...(workspaceId !== undefined && { workspaceId }) };
}

function bodyWith({ thread, secret, body }: CommentRequest, payload: MarkerPayload): string {
  return body(makeMarker(payload, { thread, purpose: 'comment' }, secret));
}

async function updateIfThere(
  threads: ThreadsPort,
  { thread }: CommentRequest,
  { id, body }: { id: number; body: string },
): Promise<Comment | undefined> {
  try {
    return await threads.updateComment(thread, id, body);
  } catch (error) {
    if (error instanceof ForgeError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

async function createOnce(threads: ThreadsPort, request: CommentRequest, body: string): Promise<Comment> {
  const create = async (): Promise<Comment> =>
    await guarded(request.creating, async () => await threads.createComment(request.thread, body));
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof WriteInDoubtError)) throw error;
    const found = await findComment(threads, request, body);
    if (found !== undefined) return found.comment;
    return await create();
  }
}

export async function guarded<T>(guard: CreationGuard | undefined, create: () => Promise<T>): Promise<T> {
  return guard === undefined ? await create() : await guard(create);
}

/** @param body only a comment that reads like this, for the search after a creation in doubt. */
async function findComment(
  threads: ThreadsPort,
  request: CommentRequest,
  body?: string,
): Promise<OwnComment | undefined> {
  const { thread, secret, payload, mode } = request;
  let newest: OwnComment | undefined;
  for await (const own of ownComments(threads, thread, secret)) {
    if (own.payload.key !== payload.key) continue;
    if (mode === 'new' && own.payload.runReference !== payload.runReference) continue;
    if (body !== undefined && own.comment.body.trim() !== body.trim()) continue;
    if (newest === undefined || own.comment.id > newest.comment.id) newest = own;
  }
  return newest;
}
