import { checkConclusion } from '../check-conclusion.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import type { CheckRunState, ChecksPort } from '../../ports/forge.ts';
import { renderCheck } from '../../render/report.ts';

/** Shows the run as a check on the commit it was asked for, from when it runs; `undefined` when it shows none. */
export async function showCheck(
  forge: ChecksPort,
  { run, report, mask }: { run: RunRecord; report: Report; mask: (text: string) => string },
): Promise<RunReport | undefined> {
  const { headSha, check, trigger, command, taskUrl } = run;
  if (check !== true || headSha === undefined || report.status === 'queued') return undefined;
  const conclusion = checkConclusion(report.status);
  const { title, summary } = renderCheck(report);
  const state: CheckRunState = {
    name: command.verb === 'run' ? 'Rebyte' : `Rebyte ${command.custom ?? command.verb}`,
    title: mask(title),
    summary: mask(summary),
    externalId: run.id,
    ...(conclusion === undefined ? { status: 'in_progress' } : { status: 'completed', conclusion }),
    ...(taskUrl !== undefined && { detailsUrl: taskUrl }),
  };
  const known = run.report.checkRunId;
  const shown =
    known === undefined
      ? await forge.createCheck(trigger.repository, headSha, state)
      : await forge.updateCheck(trigger.repository, known, state);
  return { ...run.report, checkRunId: shown.id };
}
