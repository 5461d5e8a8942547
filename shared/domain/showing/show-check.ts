import { checkConclusion } from '../check-conclusion.ts';
import { begunAt, type ReportNote } from './report-note.ts';
import { creationGuard, type CreationGuard } from '../landing.ts';
import type { Engine } from '../engine/engine.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import type { CheckRunState, ChecksPort } from '../../ports/forge.ts';
import { renderCheck } from '../../render/report.ts';

/**
 * Shows the run as a check on the commit it was asked for, from when it runs, where it shows one. When its creation was
 * tried is stored before, so that one whose answer got lost is looked for and not created again.
 *
 * @throws TryLater while a check whose creation was cut short may still appear, or somebody else shows the run
 */
export async function showCheck(
  { clock, mask }: Pick<Engine, 'clock' | 'mask'>,
  forge: ChecksPort,
  { run, report, note }: { run: RunRecord; report: Report; note: ReportNote },
): Promise<void> {
  const { headSha, check, trigger } = run;
  if (check !== true || headSha === undefined || report.status === 'queued') return;
  const state = stateOf(run, report, mask);
  const { repository } = trigger;
  const known = await knownCheck(forge, { run, headSha, shown: note.known() });
  const { id } =
    known === undefined
      ? await checkGuard(clock, note)(async () => await forge.createCheck(repository, headSha, state))
      : await forge.updateCheck(repository, known, state);
  await note.write({ ...withoutCheck(note.known()), checkRunId: id });
}

function stateOf({ id, command, taskUrl }: RunRecord, report: Report, mask: Engine['mask']): CheckRunState {
  const conclusion = checkConclusion(report.status);
  const { title, summary } = renderCheck(report);
  return {
    name: command.verb === 'run' ? 'Rebyte' : `Rebyte ${command.custom ?? command.verb}`,
    title: mask(title),
    summary: mask(summary),
    externalId: id,
    ...(conclusion === undefined ? { status: 'in_progress' } : { status: 'completed', conclusion }),
    ...(taskUrl !== undefined && { detailsUrl: taskUrl }),
  };
}

function checkGuard(clock: Engine['clock'], note: ReportNote): CreationGuard {
  return creationGuard(clock, {
    read: async () => await Promise.resolve(begunAt(note.known().checkAttemptedAt, note.known().checkMissedAt)),
    write: async (begun) => {
      const { at: checkAttemptedAt, missedAt: checkMissedAt } = begun ?? {};
      await note.write({
        ...withoutCheck(note.known()),
        ...(checkAttemptedAt !== undefined && { checkAttemptedAt }),
        ...(checkMissedAt !== undefined && { checkMissedAt }),
      });
    },
  });
}

function withoutCheck({ checkRunId: _id, checkAttemptedAt: _at, checkMissedAt: _missed, ...rest }: RunReport) {
  return rest;
}

async function knownCheck(
  forge: ChecksPort,
  { run, headSha, shown }: { run: RunRecord; headSha: string; shown: RunReport },
): Promise<number | undefined> {
  const { checkRunId, checkAttemptedAt } = shown;
  if (checkRunId !== undefined || checkAttemptedAt === undefined) return checkRunId;
  return (await forge.findCheck(run.trigger.repository, headSha, run.id))?.id;
}
