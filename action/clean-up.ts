import { connect } from './task/connect.ts';
import type { Environment } from './environment.ts';
import { readEvent } from './event.ts';
import { findOwnPrompt, findOwnTask, type OwnTask, type Search } from './task/find-own-task.ts';
import { finish } from './report/finish.ts';
import { listenForInterruption } from './interruption.ts';
import { LOOK_FOR_MS, lookAgain } from './task/look-again.ts';
import { parseInputs } from './inputs/parse-inputs.ts';
import { secretsOf } from './inputs/secrets.ts';
import { startReporter } from './report/start-reporter.ts';
import { openStepState, type StepState } from './step-state.ts';
import type { Step } from './step.ts';
import { messageOf } from '../shared/model/message-of.ts';
import { CANCELED_WORDS, cancelTask, stopReason } from './task/watch-task.ts';
import type { WorkflowLog } from './log/workflow-log.ts';
import { statusOf } from '../shared/model/reason.ts';
import type { RebyteClient } from '../shared/rebyte/index.ts';

/** GitHub gives all steps that still run after a cancel five minutes together. */
const CLEAN_UP_TIMEOUT_MS = 2 * LOOK_FOR_MS;

/**
 * The second net, a step of its own: when the main step was killed before it could cancel its task, this finds what it
 * had started, cancels it, and gives the run the ending that nobody else will. Does nothing when the main step came to
 * its end.
 */
export async function cleanUp(environment: Environment, log: WorkflowLog): Promise<void> {
  const state = openStepState(environment.stateFile);
  const left = state.read();
  if (left === undefined || left.phase === 'settled') return;
  if (left.phase === 'preparing' && left.announced !== true) return;
  for (const secret of secretsOf(environment)) log.addSecret(secret);
  const inputs = parseInputs(environment.inputsJson);
  const interruption = listenForInterruption(process, CLEAN_UP_TIMEOUT_MS);
  const step: Step = {
    environment,
    event: readEvent(environment),
    log,
    startedAt: Date.parse(left.startedAt),
    facts: { notes: [], artifacts: [] },
    inputs,
    interruption,
    state,
  };
  step.facts.reporter = startReporter(step);
  try {
    if (left.phase === 'preparing') {
      await finish(step, { reason: 'interrupted', message: 'The step was killed before it asked for a task.' });
    } else {
      await cancelLeftTask(step, left);
    }
  } finally {
    interruption.dispose();
  }
}

async function cancelLeftTask(step: Step, left: StepState): Promise<void> {
  const { facts, log } = step;
  const client = connect(step);
  try {
    const found = await findLeftTask(client, left, step);
    if (found !== undefined) {
      facts.task = { ...found, workspaceId: left.workspaceId ?? '', promptId: '' };
      const canceled = await cancelTask(client, log, found.taskId);
      facts.canceled = canceled !== 'failed';
      const reason = stopReason(timedOut(left) ? 'timed_out' : 'interrupted', canceled);
      await finish(step, { reason, message: `${whyItEnded(left)} ${CANCELED_WORDS[canceled]}` });
    } else if (left.told === undefined) {
      const message = 'The step was killed while it was creating a task. None of its own is found, but it may exist.';
      await finish(step, { reason: 'submit_in_doubt', message });
    }
  } finally {
    await client.close();
  }
}

async function findLeftTask(client: RebyteClient, left: StepState, step: Step): Promise<OwnTask | undefined> {
  const { interruption, log } = step;
  const { taskId, taskUrl = '', runReference } = left;
  if (left.phase === 'running' && taskId !== undefined) return { taskId, taskUrl };
  log.info('A task was being created when the step ended. Looking for it …');
  const { signal } = interruption;
  const sought = { runReference, since: Date.parse(left.startedAt), signal, others: new Set<string>() };
  const look = async (): Promise<Search<OwnTask>> => {
    if (taskId === undefined) return await findOwnTask(client, sought);
    const own = await findOwnPrompt(client, taskId, sought);
    return typeof own === 'object' ? { taskId, taskUrl } : own;
  };
  return await lookAgain(look, {
    // Unless it was cut short, the step itself has looked for as long as makes sense.
    forMs: left.told?.interrupted === false ? 0 : LOOK_FOR_MS,
    until: [signal],
    onError: (error) => log.debug(`Looking for the task failed: ${messageOf(error)}`),
  });
}

function timedOut({ told }: StepState): boolean {
  return told !== undefined && statusOf(told.reason) === 'timed_out';
}

function whyItEnded(left: StepState): string {
  const { told } = left;
  if (told === undefined) return 'The step was killed.';
  if (timedOut(left)) return 'The time is up.';
  return told.interrupted ? 'The workflow was canceled.' : 'The step ended without knowing of its task.';
}
