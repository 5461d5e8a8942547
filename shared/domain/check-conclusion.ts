import type { ReportStatus } from '../model/run.ts';
import type { CheckConclusion } from '../ports/forge.ts';

const CONCLUSIONS: Readonly<Record<ReportStatus, CheckConclusion | undefined>> = {
  queued: undefined,
  running: undefined,
  succeeded: 'success',
  failed: 'failure',
  canceled: 'cancelled',
  timed_out: 'timed_out',
  refused: 'neutral',
  lost: 'neutral',
  skipped: 'skipped',
};

/**
 * How a check run ends for a run that ended so; `undefined` while it goes on. Only what the agent itself ended badly is
 * red: what never started says nothing about the commit.
 */
export function checkConclusion(status: ReportStatus): CheckConclusion | undefined {
  return CONCLUSIONS[status];
}
