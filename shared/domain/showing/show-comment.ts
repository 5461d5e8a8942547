import { begunAt, type ReportNote } from './report-note.ts';
import { creationGuard, type CreationGuard } from '../landing.ts';
import { makeMarker, type MarkerPayload } from '../marker.ts';
import { upsertComment } from '../sticky-comment.ts';
import type { Engine } from '../engine/engine.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import type { Comment, Forge } from '../../ports/forge.ts';
import { renderComment } from '../../render/report.ts';

/**
 * Shows the run in its comment. The first time it is created without looking for it first, which would read the whole
 * thread; when that was tried is stored before, so after a crash it is looked for.
 *
 * @throws TryLater while a comment whose creation was cut short may still appear, or somebody else shows the run
 */
export async function showComment(
  { clock, mask, secret }: Pick<Engine, 'clock' | 'mask' | 'secret'>,
  forge: Forge,
  { run, report, note }: { run: RunRecord; report: Report; note: ReportNote },
): Promise<void> {
  const { thread } = run.trigger;
  const payload = payloadOf(run);
  const body = (marker: string): string => mask(renderComment(report, { marker }));
  const creating = commentGuard(clock, note);
  const { commentId, attemptedAt } = note.known();
  if (commentId === undefined && attemptedAt === undefined) {
    const marker = makeMarker(payload, { thread, purpose: 'comment' }, secret);
    return await keep(note, await creating(async () => await forge.createComment(thread, body(marker))));
  }
  const known = commentId === undefined ? {} : { knownCommentId: commentId };
  await keep(note, await upsertComment(forge, { thread, secret, payload, mode: 'sticky', body, creating, ...known }));
}

function commentGuard(clock: Engine['clock'], note: ReportNote): CreationGuard {
  return creationGuard(clock, {
    read: async () => await Promise.resolve(begunAt(note.known().attemptedAt, note.known().missedAt)),
    write: async (begun) => {
      const { at: attemptedAt, missedAt } = begun ?? {};
      await note.write({
        ...withoutComment(note.known()),
        ...(attemptedAt !== undefined && { attemptedAt }),
        ...(missedAt !== undefined && { missedAt }),
      });
    },
  });
}

async function keep(note: ReportNote, { id, url }: Pick<Comment, 'id' | 'url'>): Promise<void> {
  await note.write({ ...withoutComment(note.known()), commentId: id, commentUrl: url });
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
