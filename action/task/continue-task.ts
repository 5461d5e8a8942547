import { attachTo, taskOfEarlierAttempt } from './attach.ts';
import { InputError } from '../inputs/input-error.ts';
import type { Plan } from '../plan/plan.ts';
import { computerId, sendFollowUp } from './send-follow-up.ts';
import type { Step } from '../step.ts';
import { createTask, type Desk, type KnownTask, type ObtainedTask } from './submit-task.ts';
import { ApiError } from '../../shared/rebyte/index.ts';

/** The task that an earlier attempt of the job started, or that `task-id` tells of; where there is none, a new one. */
export async function continueTask(step: Step, desk: Desk, plan: Plan): Promise<ObtainedTask> {
  const { inputs, environment, interruption } = step;
  const { client, log } = desk;
  const { order } = plan;
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
