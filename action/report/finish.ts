import type { Failure } from '../failure.ts';
import type { Outputs } from './outputs.ts';
import type { Posted } from './reporter.ts';
import { reportOf, type EarlyStep, type Step } from '../step.ts';
import { REASONS, statusOf, type ReasonCode } from '../../shared/model/reason.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** Says how the step ended, everywhere it is to be said, and returns whether the step succeeds. */
export async function finish(step: EarlyStep & Partial<Step>, ended: Failure): Promise<boolean> {
  const { facts, log, inputs } = step;
  const told = { ...ended, message: log.mask(ended.message) };
  const posted = await post(step, told);
  const ending =
    statusOf(told.reason) === 'succeeded' && posted.failures.length > 0
      ? { reason: 'report_failed' as const, message: log.mask(posted.failures.join(' ')) }
      : told;
  const status = statusOf(ending.reason);
  const failOn: readonly string[] = inputs?.failOn ?? ['refused'];
  const fails = failOn.includes(status);
  say(step, ending, fails);
  for (const failure of posted.failures) if (failure !== ending.message) log.error(failure);
  await writeSummary(step, ending);
  const handedOn = await writeOutputs(step, ending.reason, posted);
  settleState(step, ending.reason);
  if (facts.task !== undefined) log.info(`${status} (${ending.reason}): ${facts.task.taskUrl}`);
  return handedOn && !fails;
}

/** The last word has a deadline once the runner wants the step gone. */
async function post(step: EarlyStep & Partial<Step>, ended: Failure): Promise<Posted> {
  const nothing: Posted = { urls: {}, failures: [] };
  const { reporter } = step.facts;
  if (reporter === undefined) return nothing;
  const report = reportOf(step, { status: statusOf(ended.reason), ...ended });
  const final = step.interruption?.final;
  if (final === undefined) return await reporter.finish(report);
  return await new Promise((resolve, reject) => {
    final.addEventListener('abort', () => resolve(nothing), { once: true });
    reporter.finish(report).then(resolve, reject);
  });
}

/** One annotation per ending that is not what was asked for: what happened, and what to do. */
function say({ log }: EarlyStep, { reason, message, remedy = REASONS[reason].remedy }: Failure, fails: boolean): void {
  const { status, meaning } = REASONS[reason];
  if (status === 'succeeded' || status === 'skipped') return;
  const sentence = [asSentence(message === '' ? meaning : message), remedy].filter(Boolean).join(' ');
  if (fails) log.error(`${sentence} (${reason})`);
  else if (status === 'running') log.info(sentence);
  else log.warning(`${sentence} (${reason})`);
}

/** Messages of servers and of the system end in anything; what to do must not run into them. */
function asSentence(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

async function writeSummary(step: EarlyStep & Partial<Step>, ended: Failure): Promise<void> {
  try {
    const [{ renderSummary }, outputs] = await Promise.all([
      import('../../shared/render/report.ts'),
      import('./outputs.ts'),
    ]);
    const summary = renderSummary(reportOf(step, { status: statusOf(ended.reason), ...ended }));
    await outputs.writeSummary(step.log.mask(summary));
  } catch (error) {
    step.log.warning(`The job summary could not be written: ${messageOf(error)}`);
  }
}

/** @returns false when they cannot be written: nobody may take the empty outputs of a green step for its result. */
async function writeOutputs(step: EarlyStep & Partial<Step>, reason: ReasonCode, posted: Posted): Promise<boolean> {
  const { facts, environment, log } = step;
  const { task, result, shareUrl } = facts;
  const { resultOutputs, writeOutputs: write } = await import('./outputs.ts');
  const outputs: Outputs = {
    'task-id': task?.taskId ?? '',
    'task-url': task?.taskUrl ?? '',
    'share-url': shareUrl ?? '',
    'workspace-id': task?.workspaceId ?? '',
    'prompt-id': result?.promptId ?? task?.promptId ?? '',
    status: statusOf(reason),
    'reason-code': reason,
    artifacts: JSON.stringify(facts.artifacts),
    'comment-url': posted.urls.comment ?? '',
    'issue-url': posted.urls.issue ?? '',
    'check-url': posted.urls.check ?? '',
    'duration-ms': String(Date.now() - step.startedAt),
    ...(result === undefined || task === undefined
      ? {}
      : await resultOutputs(log.mask(result.result), { temp: environment.temp, taskId: task.taskId, log })),
  };
  try {
    const masked = Object.entries(outputs).map(([name, value]) => [name, log.mask(value)]);
    await write(Object.fromEntries(masked), !leavesSomethingBehind(step, reason));
    return true;
  } catch (error) {
    log.error(`The outputs could not be written: ${messageOf(error)}`);
    return false;
  }
}

const LEAVING: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'submit_in_doubt',
  'interrupted',
  'interrupted_cancel_failed',
  'timed_out_canceled',
  'timed_out_cancel_failed',
  'runner_failed',
  'internal_error',
]);

/** The cleanup step has a look: a task may run that nobody watches and nobody wanted to leave running. */
function leavesSomethingBehind({ facts, state }: EarlyStep & Partial<Step>, reason: ReasonCode): boolean {
  if (facts.result !== undefined || facts.canceled === true) return false;
  const phase = state?.read()?.phase;
  if (phase !== 'submitting' && phase !== 'running') return false;
  return LEAVING.has(reason);
}

function settleState(step: Partial<Step> & EarlyStep, reason: ReasonCode): void {
  const stopped = reason === 'interrupted' || reason === 'interrupted_cancel_failed';
  const interrupted = stopped || step.interruption?.late.aborted === true;
  step.state?.update(leavesSomethingBehind(step, reason) ? { told: { reason, interrupted } } : { phase: 'settled' });
}
