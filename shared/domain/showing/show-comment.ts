import { makeMarker, type MarkerPayload } from '../marker.ts';
import { upsertComment } from '../sticky-comment.ts';
import type { Engine } from '../engine/engine.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import type { Forge } from '../../ports/forge.ts';
import { renderComment } from '../../render/report.ts';

/**
 * Shows the run in its comment. The first time it is created without looking for it first, which would read the whole
 * thread; that it was tried is stored before, so after a crash it is looked for.
 */
export async function showComment(
  engine: Engine,
  forge: Forge,
  { run, report }: { run: RunRecord; report: Report },
): Promise<RunReport> {
  const { store, mask, secret } = engine;
  const { thread } = run.trigger;
  const payload = payloadOf(run);
  const body = (marker: string): string => mask(renderComment(report, { marker }));
  const { commentId, attempted } = run.report;
  if (commentId === undefined && attempted !== true) {
    await store.update(run.id, { report: { ...run.report, attempted: true } });
    const marker = makeMarker(payload, { thread, purpose: 'comment' }, secret);
    const created = await forge.createComment(thread, body(marker));
    return { ...run.report, attempted: true, commentId: created.id, commentUrl: created.url };
  }
  const known = commentId === undefined ? {} : { knownCommentId: commentId };
  const posted = await upsertComment(forge, { thread, secret, payload, mode: 'sticky', body, ...known });
  return { ...run.report, commentId: posted.id, commentUrl: posted.url };
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
