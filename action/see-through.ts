import { AgentLog } from './log/agent-log.ts';
import { takeArtifacts } from './task/artifacts.ts';
import { failureOf, type Failure } from './failure.ts';
import { Interrupted } from './interruption.ts';
import type { ObtainedTask } from './task/submit-task.ts';
import { reportOf, type Step } from './step.ts';
import { watchTask } from './task/watch-task.ts';
import { settleRun } from '../shared/domain/settle.ts';
import { statusOf } from '../shared/model/reason.ts';
import type { RebyteClient, TaskResult } from '../shared/rebyte/index.ts';

export interface Obtained {
  readonly client: RebyteClient;
  readonly task: ObtainedTask;
  /** Where artifacts go; '' when none are wanted. */
  readonly artifactsPath: string;
}

/** The rest of the story, once there is a task: tell of it, watch it, take its artifacts. Facts are kept in the step. */
export async function seeThrough(step: Step, { client, task, artifactsPath }: Obtained): Promise<Failure> {
  const { inputs, log, facts, interruption } = step;
  log.info(`Task ${task.taskId}: ${task.taskUrl}`);
  facts.reporter?.progress(reportOf(step, { status: 'running' }));
  await share(step, client, task);
  // Whoever cancels the workflow while the task comes up wants it gone, waited for or not.
  if (!inputs.wait && !(interruption.signal.reason instanceof Interrupted))
    return { reason: 'not_waited', message: 'The task was started and goes on.' };

  const watch = { client, log, agentLog: new AgentLog(log), interruption, onTimeout: inputs.onTimeout };
  const watched = await watchTask(watch, task);
  if (watched.kind === 'stopped') {
    facts.canceled = watched.canceled;
    return watched.failure;
  }
  facts.result = watched.result;
  if (watched.result.resultTruncated)
    facts.notes.push('The result was longer than this Action keeps; all of it is at the task.');
  const ending = endingOf(watched.result);
  const { artifacts, failures } = await takeArtifacts(client, watched.result.artifacts, {
    workspaceId: task.workspaceId,
    patterns: inputs.artifacts,
    directory: artifactsPath,
    signal: interruption.signal,
  });
  facts.artifacts = artifacts;
  if (failures.length > 0 && statusOf(ending.reason) === 'succeeded') {
    // What a cancel or the clock has cut short did not fail.
    interruption.signal.throwIfAborted();
    return { reason: 'artifacts_failed', message: failures.join(' ') };
  }
  for (const failure of failures) log.warning(failure);
  return ending;
}

function endingOf(result: TaskResult): Failure {
  const { reason } = settleRun(result);
  const message =
    reason === 'lost' ? `The task ended with the status "${result.status}", which this version does not know.` : '';
  return { reason, message };
}

/** Sets the visibility. The task runs all the same, so a failure is told and survived. */
async function share(step: Step, client: RebyteClient, task: ObtainedTask): Promise<void> {
  const { inputs, log, facts, interruption } = step;
  if (inputs.visibility === '') return;
  try {
    const { shareUrl } = await client.tasks.setVisibility(task.taskId, inputs.visibility, {
      signal: interruption.signal,
    });
    if (shareUrl !== undefined) facts.shareUrl = shareUrl;
  } catch (error) {
    if (interruption.signal.aborted) return;
    log.warning(`The visibility could not be set to ${inputs.visibility}: ${failureOf(error).message}`);
  }
}
