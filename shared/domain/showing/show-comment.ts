import { creationGuard, type Begun } from '../landing.ts';
import { makeMarker, type MarkerPayload } from '../marker.ts';
import { upsertComment } from '../sticky-comment.ts';
import type { Engine } from '../engine/engine.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import type { Forge } from '../../ports/forge.ts';
import { renderComment } from '../../render/report.ts';

/**
 * Shows the run in its comment. The first time it is created without looking for it first, which would read the whole
 * thread; when that was tried is stored before, so after a crash it is looked for.
 *
 * @throws TryLater while a comment whose creation was cut short may still appear
 */
export async function showComment(
  engine: Engine,
  forge: Forge,
  { run, report }: { run: RunRecord; report: Report },
): Promise<RunReport> {
  const { store, clock, mask, secret } = engine;
  const { thread } = run.trigger;
  const payload = payloadOf(run);
  const body = (marker: string): string => mask(renderComment(report, { marker }));
  const { commentId } = run.report;
  let tried = run.report;
  const creating = creationGuard(clock, {
    read: async () => await Promise.resolve(begunOf(tried)),
    write: async (begun) => {
      tried = { ...withoutComment(tried), ...(begun && attempt(begun)) };
      await store.update(run.id, { report: tried });
    },
  });
  if (commentId === undefined && tried.attemptedAt === undefined) {
    const marker = makeMarker(payload, { thread, purpose: 'comment' }, secret);
    const created = await creating(async () => await forge.createComment(thread, body(marker)));
    return { ...withoutComment(tried), commentId: created.id, commentUrl: created.url };
  }
  const known = commentId === undefined ? {} : { knownCommentId: commentId };
  const request = { thread, secret, payload, mode: 'sticky', body, creating, ...known } as const;
  const posted = await upsertComment(forge, request);
  return { ...withoutComment(tried), commentId: posted.id, commentUrl: posted.url };
}

function begunOf({ attemptedAt, missedAt }: RunReport): Begun | undefined {
  return attemptedAt === undefined ? undefined : { at: attemptedAt, ...(missedAt !== undefined && { missedAt }) };
}

function attempt({ at, missedAt }: Begun): Pick<RunReport, 'attemptedAt' | 'missedAt'> {
  return { attemptedAt: at, ...(missedAt !== undefined && { missedAt }) };
}

/** Of a comment that was deleted the id must go when another is begun, or that one would not be looked for. */
function withoutComment({ commentId: _id, commentUrl: _url, attemptedAt: _at, missedAt: _missed, ...rest }: RunReport) {
  return rest;
}

/** A key of its own for each run: none takes over another's comment. */
export function payloadOf({ id, taskId, workspaceId, runReference }: RunRecord): MarkerPayload {
  return {
    key: `run:${id}`,
    runReference,
    ...(taskId !== undefined && { taskId }),
    ...(workspaceId !== undefined && { workspaceId }),
  };
}
