import { appWords } from './app-remedies.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { ReportStatus } from '../../model/run.ts';

export interface Said {
  readonly mask: (text: string) => string;
  /** A sentence about where the run stands. */
  readonly message?: string;
  /** Besides the run's own. */
  readonly notes?: readonly string[];
}

/** Where a run stands, as the renderers take it. Secrets are masked before anything is cut. */
export function reportOfRun(run: RunRecord, { mask, message, notes = [] }: Said): Report {
  const { ending, taskId, taskUrl, shareUrl, executor, model } = run;
  return {
    status: statusOfRun(run),
    ...(message !== undefined && { message }),
    ...(ending !== undefined && endingPart(run, ending, mask)),
    ...(taskId !== undefined && { taskId }),
    ...(taskUrl !== undefined && { taskUrl: mask(taskUrl) }),
    ...(shareUrl !== undefined && { shareUrl: mask(shareUrl) }),
    ...(executor !== undefined && { executor }),
    ...(model !== undefined && { model }),
    receipt: receiptOf(run, [...run.notes, ...notes].map(mask)),
  };
}

function statusOfRun({ state, ending }: RunRecord): ReportStatus {
  if (ending !== undefined) return ending.status;
  return state === 'running' ? 'running' : 'queued';
}

function endingPart(
  { createdAt, submittedAt = createdAt }: RunRecord,
  { status, reason, message, result, artifacts, at }: NonNullable<RunRecord['ending']>,
  mask: Said['mask'],
): Partial<Report> {
  const { meaning, remedy } = appWords(reason);
  return {
    reason,
    // A success speaks for itself.
    message: message.trim() === '' && status !== 'succeeded' ? meaning : mask(message),
    remedy,
    durationMs: Math.max(0, at - submittedAt),
    ...(result !== undefined && { result: mask(result) }),
    ...(artifacts !== undefined && { artifacts }),
  };
}

function receiptOf(run: RunRecord, notes: readonly string[]): Report['receipt'] {
  const { trigger, branch, headSha, permission, ending, source } = run;
  return {
    actor: trigger.sender.login,
    event: trigger.kind,
    repository: `${trigger.repository.owner}/${trigger.repository.repo}`,
    permission,
    notes,
    ...(branch !== undefined && { branch }),
    ...(headSha !== undefined && { sha: headSha }),
    ...(trigger.url !== '' && { sourceUrl: trigger.url }),
    ...(source !== undefined && { commandSha256: source.sha256 }),
    ...(source !== undefined && source.url !== trigger.url && { commandUrl: source.url }),
    ...(ending?.resultSource !== undefined && { resultSource: ending.resultSource }),
  };
}
