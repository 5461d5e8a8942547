import { checkConclusion } from '../check-conclusion.ts';
import { creationGuard, type Begun } from '../landing.ts';
import type { Engine } from '../engine/engine.ts';
import type { Report } from '../../model/report.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import type { CheckRunState, ChecksPort } from '../../ports/forge.ts';
import { renderCheck } from '../../render/report.ts';

/**
 * Shows the run as a check on the commit it was asked for, from when it runs; `undefined` when it shows none. When its
 * creation was tried is stored before, so that one whose answer got lost is looked for and not created again.
 *
 * @throws TryLater while a check whose creation was cut short may still appear
 */
export async function showCheck(
  { store, clock, mask }: Pick<Engine, 'store' | 'clock' | 'mask'>,
  forge: ChecksPort,
  { run, report }: { run: RunRecord; report: Report },
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
  const { repository } = trigger;
  const known = await knownCheck(forge, run, headSha);
  if (known !== undefined) {
    const { id } = await forge.updateCheck(repository, known, state);
    return { ...run.report, checkRunId: id };
  }
  let tried = run.report;
  const creating = creationGuard(clock, {
    read: async () => await Promise.resolve(begunOf(tried)),
    write: async (begun) => {
      tried = { ...withoutCheck(tried), ...(begun && attempt(begun)) };
      await store.update(run.id, { report: tried });
    },
  });
  const { id } = await creating(async () => await forge.createCheck(repository, headSha, state));
  return { ...withoutCheck(tried), checkRunId: id };
}

function begunOf({ checkAttemptedAt: at, checkMissedAt: missedAt }: RunReport): Begun | undefined {
  return at === undefined ? undefined : { at, ...(missedAt !== undefined && { missedAt }) };
}

function attempt({ at, missedAt }: Begun): Pick<RunReport, 'checkAttemptedAt' | 'checkMissedAt'> {
  return { checkAttemptedAt: at, ...(missedAt !== undefined && { checkMissedAt: missedAt }) };
}

function withoutCheck({ checkRunId: _id, checkAttemptedAt: _at, checkMissedAt: _missed, ...rest }: RunReport) {
  return rest;
}

async function knownCheck(forge: ChecksPort, run: RunRecord, headSha: string): Promise<number | undefined> {
  const { checkRunId, checkAttemptedAt } = run.report;
  if (checkRunId !== undefined || checkAttemptedAt === undefined) return checkRunId;
  return (await forge.findCheck(run.trigger.repository, headSha, run.id))?.id;
}
