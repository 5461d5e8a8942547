import { createHash } from 'node:crypto';
import type { CreationGuard } from './landing.ts';
import { makeMarker, verifyMarker, type MarkerPayload, type MarkerPlace, type MarkerSecret } from './marker.ts';
import { guarded, upsertComment } from './sticky-comment.ts';
import type { RepositoryName } from '../model/thread.ts';
import { WriteInDoubtError } from '../ports/forge-error.ts';
import type { Issue, ThreadsPort } from '../ports/forge.ts';
import { isNothingToDo } from '../model/nothing-to-do.ts';

/** What tells one of our rolling issues from all other issues. */
export interface RollingIssueIdentity {
  readonly repository: RepositoryName;
  readonly title: string;
  readonly labels: readonly string[];
  readonly secret: MarkerSecret;
  readonly payload: Pick<MarkerPayload, 'key'>;
}

export interface RollingIssueRequest extends RollingIssueIdentity {
  readonly payload: Omit<MarkerPayload, 'fingerprint'>;
  /** What the agent said: decides whether anything is said at all, and whether it changed. */
  readonly result: string;
  /** Renders the issue; the marker must stand in it. */
  readonly body: (marker: string) => string;
  /** Renders the comment that tells subscribers of a change; the marker must stand in it. */
  readonly comment: (marker: string) => string;
  /** Says that the issue, whose marker is this, stays as it is. Default: it never does. */
  readonly keeps?: (shown: MarkerPayload) => boolean;
  /** Stands around the creation of the issue or the comment. Default: nothing does. */
  readonly creating?: CreationGuard;
}

/** `silent`: the agent found nothing to do and nothing was written. `kept`: nor was it, as the request has it. */
export type RollingIssueOutcome =
  | { readonly action: 'created' | 'updated' | 'unchanged' | 'kept'; readonly number: number; readonly url: string }
  | { readonly action: 'silent' };

/**
 * Keeps one open issue for a recurring task. Its body always shows the last run; a comment, which notifies, is added only
 * when the result changed. Ours is the newest open one with this title and these labels that we wrote and marked.
 */
export async function publishRollingIssue(
  threads: ThreadsPort,
  request: RollingIssueRequest,
): Promise<RollingIssueOutcome> {
  if (isNothingToDo(request.result)) return { action: 'silent' };
  const fingerprint = fingerprintOf(request.result);
  const body = request.body(makeMarker({ ...request.payload, fingerprint }, placeOf(request), request.secret));
  const found = await findIssue(threads, request);
  if (found === undefined) {
    const { number, url } = await createOnce(threads, request, body);
    return { action: 'created', number, url };
  }
  if (request.keeps?.(found.payload) === true) {
    const { number, url } = found.issue;
    return { action: 'kept', number, url };
  }
  const { number, url } = await update(threads, request, { found, body });
  const changed = found.payload.fingerprint !== fingerprint;
  return { action: changed ? 'updated' : 'unchanged', number, url };
}

/** The issue that {@link publishRollingIssue} would bring up to date; undefined when it would create one. */
export async function findRollingIssue(
  threads: ThreadsPort,
  identity: RollingIssueIdentity,
): Promise<Issue | undefined> {
  return (await findIssue(threads, identity))?.issue;
}

interface FoundIssue {
  readonly issue: Issue;
  readonly payload: MarkerPayload;
}

async function update(
  threads: ThreadsPort,
  request: RollingIssueRequest,
  { found, body }: { found: FoundIssue; body: string },
): Promise<Issue> {
  const { repository, secret, payload, result, creating } = request;
  const thread = { ...repository, number: found.issue.number };
  if (found.payload.fingerprint !== fingerprintOf(result)) {
    // The comment goes first: if the run dies in between, the next one still sees a change and finds the comment.
    await upsertComment(threads, {
      thread,
      secret,
      payload,
      mode: 'new',
      body: request.comment,
      ...(creating !== undefined && { creating }),
    });
  }
  return await threads.updateIssue(thread, { body });
}

async function createOnce(threads: ThreadsPort, request: RollingIssueRequest, body: string): Promise<Issue> {
  const { repository, title, labels } = request;
  const issue = { title, body, labels };
  const create = async (): Promise<Issue> =>
    await guarded(request.creating, async () => await threads.createIssue(repository, issue));
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof WriteInDoubtError)) throw error;
    const found = await findIssue(threads, request);
    if (found !== undefined) return found.issue;
    return await create();
  }
}

async function findIssue(threads: ThreadsPort, request: RollingIssueIdentity): Promise<FoundIssue | undefined> {
  const viewer = await threads.viewer();
  if (viewer === undefined) return undefined;
  let newest: FoundIssue | undefined;
  for await (const issue of threads.listOpenIssues(request.repository, request.labels)) {
    if (issue.title !== request.title || issue.author !== viewer) continue;
    const payload = verifyMarker(issue.body, placeOf(request), request.secret);
    if (payload === undefined || payload.key !== request.payload.key) continue;
    if (newest === undefined || issue.number > newest.issue.number) newest = { issue, payload };
  }
  return newest;
}

/** An issue's number is not known before it exists, and the marker is in its first body. */
function placeOf({ repository }: RollingIssueIdentity): MarkerPlace {
  return { thread: { ...repository, number: 0 }, purpose: 'issue' };
}

/** Blank space does not count as a change. */
function fingerprintOf(result: string): string {
  const plain = result.replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(plain).digest('base64url').slice(0, 22);
}
