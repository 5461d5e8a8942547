import { setFlagsFromString } from 'node:v8';
import type { Beginning } from './begin.ts';
import { AgentLog } from './log/agent-log.ts';
import { artifactsDirectory, takeArtifacts } from './task/artifacts.ts';
import { connect } from './task/connect.ts';
import { showDryRun } from './plan/dry-run.ts';
import type { Environment } from './environment.ts';
import { failureOf, type Failure } from './failure.ts';
import { finish } from './report/finish.ts';
import { Interrupted } from './interruption.ts';
import type { ObtainedTask } from './task/submit-task.ts';
import { obtainTask } from './task/obtain-task.ts';
import { makePlan } from './plan/plan.ts';
import type { Target } from './plan/target.ts';
import { refuseWithoutKey } from './inputs/refuse-without-key.ts';
import { startReporter } from './report/start-reporter.ts';
import { openStepState } from './step-state.ts';
import { reportOf, type Facts, type Step } from './step.ts';
import { watchTask } from './task/watch-task.ts';
import type { WorkflowLog } from './log/workflow-log.ts';
import { settleRun } from '../shared/domain/settle.ts';
import { statusOf } from '../shared/model/reason.ts';
import type { RebyteClient, TaskResult } from '../shared/rebyte/index.ts';

/**
 * One step from its inputs to its last word: plan, obtain a task, watch it, report.
 *
 * @returns whether the step succeeds, by the ending and the `fail-on` input.
 */
export async function run(environment: Environment, log: WorkflowLog, beginning: Beginning): Promise<boolean> {
  const { startedAt, event, inputs } = beginning;
  const facts: Facts = { notes: [], artifacts: [] };
  if (inputs === undefined) {
    return await finish({ environment, event, log, startedAt, facts }, failureOf(beginning.error));
  }
  log.addSecret(inputs.apiKey);
  log.addSecret(inputs.githubToken);
  const { interruption } = beginning;
  const step: Step = {
    environment,
    event,
    log,
    startedAt,
    facts,
    inputs,
    interruption,
    state: openStepState(environment.stateFile),
  };
  try {
    const ending = await liveThrough(step, beginning.target).catch((error: unknown) => endedEarly(step, error));
    return await finish(step, ending);
  } finally {
    interruption.dispose();
  }
}

/** What is not needed before Rebyte has been asked; loaded while it provisions. */
async function loadLaterParts({ inputs }: Step): Promise<void> {
  await import('@actions/core');
  await import('../shared/render/report.ts');
  if (inputs.githubToken !== '') await import('./report/github-places.ts');
  // From here on memory matters more than speed: an agent's output passes through in pieces that die young, and V8 would
  // let their space grow to three times 16 MB. On node's command line a V8 flag made the start some 50 ms slower.
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** The story up to its ending; what is learned on the way is kept in the step's facts. */
async function liveThrough(step: Step, target: Promise<Target>): Promise<Failure> {
  const { inputs, environment, event, log, facts, interruption } = step;
  if (!inputs.dryRun) refuseWithoutKey(step);
  const artifactsPath =
    inputs.artifacts.length === 0 ? '' : await artifactsDirectory(inputs.artifactsPath, environment.workspace);
  // Before the plan, which waits for git: what the first request goes by can be loaded meanwhile.
  const client = inputs.dryRun ? undefined : connect(step, () => loadLaterParts(step));
  const plan = await makePlan({ inputs, environment, event, target });
  facts.plan = plan;
  facts.notes.push(...plan.notes);
  if (client === undefined) return showDryRun(log, plan);

  facts.reporter = startReporter(step);
  const task = await obtainTask(step, client);
  facts.task = task;
  const { taskId, taskUrl, workspaceId } = task;
  step.state.update({ phase: 'running', taskId, taskUrl, workspaceId, announced: true });
  log.info(`Task ${taskId}: ${taskUrl}`);
  facts.reporter.progress(reportOf(step, { status: 'running' }));
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

function endedEarly({ facts }: Step, error: unknown): Failure {
  const failure = failureOf(error);
  const stopped = failure.reason === 'interrupted' || failure.reason === 'timed_out_canceled';
  return stopped ? { ...failure, message: `${failure.message} ${wayOf(facts)}`.trim() } : failure;
}

/** How far a run had come that was stopped before or after its task worked. */
function wayOf({ task, result }: Facts): string {
  if (task === undefined) return 'No task had been started.';
  return result === undefined ? '' : 'The task had already ended; not all of its artifacts were downloaded.';
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
