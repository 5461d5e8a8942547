import { createTask, type Desk, type ObtainedTask } from './submit-task.ts';
import { reportOf, type Step } from '../step.ts';
import type { RebyteClient } from '../../shared/rebyte/index.ts';

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
    const isFirst = environment.runAttempt <= 1 || inputs.taskId === 'new';
    if (isFirst && ['', 'new'].includes(inputs.taskId)) return await createTask(desk, order);
    const { continueTask } = await import('./continue-task.ts');
    return await continueTask(step, desk, plan);
  } finally {
    clearTimeout(queued);
  }
}
