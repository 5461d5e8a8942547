import { attachTo, taskOfEarlierAttempt } from './attach.ts';
import { InputError } from '../inputs/input-error.ts';
import type { Plan } from '../plan/plan.ts';
import { computerId, createTask, sendFollowUp, type Desk, type KnownTask, type ObtainedTask } from './submit-task.ts';
import { reportOf, type Step } from '../step.ts';
import { ApiError, type RebyteClient } from '../../shared/rebyte/index.ts';

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
    onSubmitting: (task) =>
      step.state.update({
        phase: 'submitting',
        ...(task === undefined ? {} : { taskId: task.taskId, taskUrl: log.mask(task.taskUrl) }),
      }),
  };
  step.state.write({
    phase: 'preparing',
    runReference: order.runReference,
    headSha: plan.headSha,
    startedAt: new Date().toISOString(),
  });
  const queued = setTimeout(() => {
    step.state.update({ announced: true });
    facts.reporter?.progress(reportOf(step, { status: 'queued' }));
  }, QUEUED_NOTICE_MS);
  try {
    if (environment.runAttempt > 1 && inputs.taskId !== 'new') {
      const commented = (): Promise<KnownTask | undefined> => commentedTask(step, order.runReference);
      const search = { client, log, runReference: order.runReference, signal: interruption.signal, commented };
      const earlier = await taskOfEarlierAttempt(search);
      if (earlier !== undefined) return withWorkspace(earlier, inputs.workspaceId);
    }
    if (inputs.taskId === '' || inputs.taskId === 'new') return await createTask(desk, order);
    if (inputs.taskId === 'auto') return await continueThread(step, desk, plan);
    const known = {
      taskId: inputs.taskId,
      workspaceId: inputs.workspaceId || (await computerId(desk, inputs.computer)),
    };
    const asksSomething = inputs.prompt !== '' || inputs.promptFile !== '';
    if (asksSomething) return await sendFollowUp(desk, await plan.followUp(), known);
    return await attachTo(client, known, interruption.signal);
  } finally {
    clearTimeout(queued);
  }
}

function withWorkspace(task: ObtainedTask, workspaceId: string): ObtainedTask {
  return { ...task, workspaceId: task.workspaceId || workspaceId };
}

/** `task-id: auto`: the thread's last task, else a new one. */
async function continueThread(step: Step, desk: Desk, plan: Plan): Promise<ObtainedTask> {
  const { log, event, inputs } = step;
  if (event.thread === undefined) {
    throw new InputError('task-id', 'is "auto", but this event has no issue or pull request to find a task in');
  }
  if (inputs.githubToken === '')
    throw new InputError('task-id', 'is "auto", which needs `github-token` to read the thread');
  const known = await commentedTask(step);
  if (known === undefined) return await createTask(desk, plan.order);
  try {
    log.info(`Following up on task ${known.taskId}.`);
    return await sendFollowUp(desk, await plan.followUp(), known);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
    log.notice(`The thread's last task ${known.taskId} is gone; starting a new one.`);
    return await createTask(desk, plan.order);
  }
}

async function commentedTask(step: Step, runReference?: string): Promise<KnownTask | undefined> {
  if (step.event.thread === undefined || step.inputs.githubToken === '') return undefined;
  const { findCommentedTask } = await import('../report/github-places.ts');
  return await findCommentedTask(step, runReference);
}
