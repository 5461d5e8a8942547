import { reportOfRun } from './report-of-run.ts';
import { notedCreation } from '../landing.ts';
import { publishRollingIssue } from '../rolling-issue.ts';
import type { Engine } from '../engine/engine.ts';
import { scheduleKey } from '../engine/lanes.ts';
import { MAX_FAILURES, recordOutcome, scheduleIssueKey } from '../schedules/schedule-state.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { Forge } from '../../ports/forge.ts';
import { renderIssue } from '../../render/report.ts';

const NEXT = 'The next run of this schedule tries again.';
const PAUSED = `This schedule is paused now, after ${MAX_FAILURES} failures in a row. Mend the cause, then change \`.github/rebyte.yml\`: any change resumes it.`;

/**
 * Shows how a scheduled run ended in its rolling issue: silent when there was nothing to do, while it goes on, and when the
 * issue shows a later run already.
 */
export async function showInIssue(engine: Engine, forge: Forge, run: RunRecord): Promise<void> {
  const { ending, target, trigger } = run;
  if (ending === undefined || target.kind !== 'rolling_issue') return;
  const { failures } = await recordOutcome(engine.store, run, target.schedule);
  if (ending.status === 'canceled') return;
  const plain = reportOfRun(run, { mask: engine.mask });
  const failed = ending.status !== 'succeeded';
  const report = failed ? { ...plain, remedy: failures >= MAX_FAILURES ? PAUSED : NEXT } : plain;
  const render = (marker: string): string => engine.mask(renderIssue(report, { marker }));
  await publishRollingIssue(forge, {
    repository: trigger.repository,
    title: target.title,
    labels: target.labels,
    secret: engine.secret,
    payload: { key: scheduleIssueKey(target.schedule), runReference: run.runReference, askedAt: run.createdAt },
    // One from the future was shown while the clock was wrong.
    keeps: ({ askedAt = 0 }) => askedAt > run.createdAt && askedAt <= engine.clock.now(),
    // What was found is compared with the last time; so is how it failed.
    result: failed ? `${ending.reason}: ${report.message ?? ''} ${report.remedy ?? ''}` : (ending.result ?? ''),
    body: render,
    comment: render,
    creating: notedCreation(engine, `issue:${scheduleKey(trigger.repository, target.schedule)}`),
  });
}
