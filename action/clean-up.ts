import { connect } from './connect.ts';
import type { Environment } from './environment.ts';
import { readEvent } from './event.ts';
import { findOwnTask } from './find-own-task.ts';
import { INTERRUPT_BUDGET_MS, listenForInterruption } from './interruption.ts';
import { parseInputs } from './parse-inputs.ts';
import { startReporter } from './start-reporter.ts';
import { openStepState, type StepState } from './step-state.ts';
import { reportOf, type Step } from './step.ts';
import { cancelTask } from './watch-task.ts';
import type { WorkflowLog } from './workflow-log.ts';
import type { RebyteClient } from '../shared/rebyte/index.ts';

/**
 * The second net, a step of its own: when the main step was killed before it could cancel its task, this finds what it
 * had started and cancels it. Does nothing when the main step came to its end.
 */
export async function cleanUp(environment: Environment, log: WorkflowLog): Promise<void> {
  const state = openStepState(environment.stateFile);
  const left = state.read();
  if (left === undefined || left.phase === 'settled') return;
  const inputs = parseInputs(environment.inputsJson);
  log.addSecret(inputs.apiKey);
  log.addSecret(inputs.githubToken);
  const interruption = listenForInterruption(process, INTERRUPT_BUDGET_MS * 4);
  const facts = { notes: [], artifacts: [] };
  const step: Step = {
    environment,
    event: readEvent(environment),
    log,
    startedAt: Date.parse(left.startedAt),
    facts,
    inputs,
    interruption,
    state,
  };
  if (left.phase === 'preparing') {
    if (left.announced === true) await tell(step, 'The step was killed before it asked for a task.');
    interruption.dispose();
    return;
  }
  const client = connect(step);
  try {
    const found = await findLeftTask(client, left, interruption.signal);
    if (found === undefined) {
      log.warning('The step was killed while it was creating a task. None is found; look at your tasks on Rebyte.');
      return;
    }
    const canceled = await cancelTask(client, log, found.taskId);
    log.notice(
      `${canceled ? 'Canceled' : 'Could not cancel'} the task that the killed step left running: ${found.taskUrl}`,
    );
    step.facts.task = { ...found, workspaceId: '', promptId: '' };
    await tell(
      step,
      `The step was killed. ${canceled ? 'The task was canceled.' : 'The task could not be canceled and may still be running.'}`,
    );
    if (canceled) state.update({ phase: 'settled' });
  } finally {
    interruption.dispose();
    await client.close();
  }
}

async function tell(step: Step, message: string): Promise<void> {
  await startReporter(step).finish(reportOf(step, { status: 'canceled', reason: 'interrupted', message }));
}

async function findLeftTask(
  client: RebyteClient,
  left: StepState,
  signal: AbortSignal,
): Promise<{ taskId: string; taskUrl: string } | undefined> {
  if (left.taskId !== undefined) return { taskId: left.taskId, taskUrl: left.taskUrl ?? '' };
  const task = await findOwnTask(client, {
    runReference: left.runReference,
    since: Date.parse(left.startedAt),
    signal,
  });
  return task === undefined ? undefined : { taskId: task.id, taskUrl: task.url };
}
