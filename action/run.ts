import { peopleBehind } from './authorize/people-behind.ts';
import { begin } from './begin.ts';
import { connect } from './task/connect.ts';
import type { Environment } from './environment.ts';
import { failureOf, type Failure } from './failure.ts';
import { obtainTask } from './task/obtain-task.ts';
import { makePlan } from './plan/plan.ts';
import type { Target } from './plan/target.ts';
import { writtenTexts } from './plan/written-texts.ts';
import { refuseWithoutKey } from './inputs/refuse-without-key.ts';
import { secretsOf } from './inputs/secrets.ts';
import { startReporter } from './report/start-reporter.ts';
import { openStepState } from './step-state.ts';
import type { Facts, Step } from './step.ts';
import type { WorkflowLog } from './log/workflow-log.ts';

/**
 * One step from its inputs to its last word: plan, obtain a task, watch it, report.
 *
 * @returns whether the step succeeds, by the ending and the `fail-on` input.
 */
export async function run(environment: Environment, log: WorkflowLog): Promise<boolean> {
  const beginning = begin(environment);
  const { startedAt, event, inputs } = beginning;
  const facts: Facts = { notes: [], artifacts: [] };
  for (const secret of secretsOf(environment)) log.addSecret(secret);
  if (inputs === undefined) {
    const { finish } = await import('./report/finish.ts');
    return await finish({ environment, event, log, startedAt, facts }, failureOf(beginning.error));
  }
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
    const { finish } = await import('./report/finish.ts');
    return await finish(step, ending);
  } finally {
    interruption.dispose();
  }
}

/** What is not needed before Rebyte has been asked; loaded while it provisions. */
async function loadLaterParts({ inputs }: Step): Promise<void> {
  await import('./see-through.ts');
  await import('./report/finish.ts');
  await import('@actions/core');
  await import('../shared/render/report.ts');
  if (inputs.githubToken !== '') await import('./report/github-places.ts');
  // From here on memory matters more than speed: an agent's output passes through in pieces that die young, and V8 would
  // let their space grow to three times 16 MB. On node's command line a V8 flag made the start some 50 ms slower.
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** The story up to its ending; what is learned on the way is kept in the step's facts. */
async function liveThrough(step: Step, target: Promise<Target>): Promise<Failure> {
  const { inputs, environment, event, log, facts } = step;
  if (!inputs.dryRun) refuseWithoutKey(step);
  const artifactsPath = await checkedArtifactsPath(step);
  const permissionOf = await refuseStrangers(step);
  // Before the plan, which waits for git: what the first request goes by can be loaded and opened meanwhile.
  const client = inputs.dryRun ? undefined : connect(step, () => loadLaterParts(step));
  client?.preconnect();
  // Whatever ends this step, what comes after it in the job must not print the key. It takes no time while git is at work.
  log.tellMasks();
  const readTemplate = async (): Promise<string> => {
    const { readPromptFile } = await import('./plan/prompt-file.ts');
    return await readPromptFile(step);
  };
  const plan = await makePlan({ inputs, environment, event, target, readTemplate, permissionOf });
  facts.plan = plan;
  facts.notes.push(...plan.notes);
  if (client === undefined) {
    const { showDryRun } = await import('./plan/dry-run.ts');
    return showDryRun(log, plan);
  }

  facts.reporter = startReporter(step);
  const task = await obtainTask(step, client);
  facts.task = task;
  const { taskId, taskUrl, workspaceId } = task;
  step.state.update({ phase: 'running', taskId, taskUrl: step.log.mask(taskUrl), workspaceId, announced: true });
  const { seeThrough } = await import('./see-through.ts');
  return await seeThrough(step, { client, task, artifactsPath });
}

/**
 * Before anything goes to Rebyte, be it a new task, a follow-up or waiting for one. Most events ask about nobody.
 *
 * @returns what the author of a text may do on the repository, in words.
 */
async function refuseStrangers(step: Step): Promise<(login: string) => string> {
  const people = step.inputs.permission === 'none' ? [] : peopleBehind(step.event);
  if (people.length === 0) return () => 'not asked';
  const { authorizeEvent } = await import('./authorize/authorize-event.ts');
  const authors = writtenTexts(step.event).map(({ author }) => author);
  const { receipt, permissionOf } = await authorizeEvent(step, { people, authors });
  step.facts.permission = receipt;
  return permissionOf;
}

/** Refused before anything is asked for, not when the artifacts are there; '' when none are wanted. */
async function checkedArtifactsPath({ inputs, environment }: Step): Promise<string> {
  if (inputs.artifacts.length === 0) return '';
  const { artifactsDirectory } = await import('./task/artifacts.ts');
  return await artifactsDirectory(inputs.artifactsPath, environment.workspace);
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
