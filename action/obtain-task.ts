import { attachTo, taskOfEarlierAttempt } from './attach.ts';
import { createTask, followUp, type Desk, type ObtainedTask } from './submit-task.ts';
import { Refusal } from './refusal.ts';
import { reportOf, type Step } from './step.ts';
import { ApiError, type RebyteClient } from '../shared/rebyte/index.ts';

/** Provisioning can take minutes; a thread that is silent for this long is told that the run is queued. */
const QUEUED_NOTICE_MS = 3_000;

/** The task this step is about: attached to, followed up on, or new, by `task-id` and what earlier attempts left. */
export async function obtainTask(step: Step, client: RebyteClient): Promise<ObtainedTask> {
  const { inputs, environment, log, facts, interruption } = step;
  const plan = facts.plan;
  if (plan === undefined) throw new Error('A task is obtained for a plan.');
  const { order } = plan;
  const desk: Desk = {
    client,
    log,
    interruption,
    onSubmitting: () =>
      step.state.write({ phase: 'submitting', runReference: order.runReference, startedAt: new Date().toISOString() }),
  };
  const queued = setTimeout(() => facts.reporter?.progress(reportOf(step, { status: 'queued' })), QUEUED_NOTICE_MS);
  try {
    if (environment.runAttempt > 1 && inputs.taskId !== 'new') {
      const commented = (): Promise<string | undefined> => commentedTask(step, order.runReference);
      const search = { client, log, runReference: order.runReference, signal: interruption.signal, commented };
      const earlier = await taskOfEarlierAttempt(search);
      if (earlier !== undefined) return earlier;
    }
    if (inputs.taskId === '' || inputs.taskId === 'new') return await createTask(desk, order);
    if (inputs.taskId === 'auto') return await continueThread(step, desk);
    const followsUp = inputs.prompt !== '' || inputs.promptFile !== '';
    return followsUp ? await followUp(desk, order, inputs.taskId) : await attachTo(client, inputs.taskId, interruption.signal);
  } finally {
    clearTimeout(queued);
  }
}

/** `task-id: auto`: the thread's last task, else a new one. */
async function continueThread(step: Step, desk: Desk): Promise<ObtainedTask> {
  const { log, facts } = step;
  const order = facts.plan?.order;
  if (order === undefined) throw new Error('A task is obtained for a plan.');
  if (step.event.thread === undefined) {
    throw new Refusal('invalid_input', 'Input `task-id` is "auto", but this event has no issue or pull request to find a task in.');
  }
  const taskId = await commentedTask(step);
  if (taskId === undefined) return await createTask(desk, order);
  try {
    log.info(`Following up on task ${taskId}.`);
    return await followUp(desk, order, taskId);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
    log.notice(`The thread's last task ${taskId} is gone; starting a new one.`);
    return await createTask(desk, order);
  }
}

async function commentedTask(step: Step, runReference?: string): Promise<string | undefined> {
  if (step.event.thread === undefined || step.inputs.githubToken === '') return undefined;
  const { findCommentedTask } = await import('./github-places.ts');
  return await findCommentedTask(step, runReference);
}
