import type { TakenArtifact } from './task/artifacts.ts';
import { runUrl, type Environment } from './environment.ts';
import type { WorkflowEvent } from './event.ts';
import type { Interruption } from './interruption.ts';
import type { ObtainedTask } from './task/submit-task.ts';
import type { ActionInputs } from './inputs/parse-inputs.ts';
import type { Plan } from './plan/plan.ts';
import type { Reporter } from './report/reporter.ts';
import type { StepStateFile } from './step-state.ts';
import type { WorkflowLog } from './log/workflow-log.ts';
import type { ReasonCode } from '../shared/model/reason.ts';
import type { Report } from '../shared/model/report.ts';
import type { ReportStatus } from '../shared/model/run.ts';
import type { TaskResult } from '../shared/rebyte/index.ts';

/** What a step has learned so far; whatever ends it, this much can be reported. */
export interface Facts {
  plan?: Plan;
  reporter?: Reporter;
  task?: ObtainedTask;
  shareUrl?: string;
  result?: TaskResult;
  /** We canceled the task, and Rebyte confirmed it. */
  canceled?: boolean;
  /** The role that whoever caused the event holds, where it was asked for. */
  permission?: string;
  artifacts: readonly TakenArtifact[];
  /** Worth a line in the receipt. */
  readonly notes: string[];
}

/** A step before its inputs are known to be valid. */
export interface EarlyStep {
  readonly environment: Environment;
  readonly event: WorkflowEvent;
  readonly log: WorkflowLog;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly facts: Facts;
}

export interface Step extends EarlyStep {
  readonly inputs: ActionInputs;
  readonly interruption: Interruption;
  readonly state: StepStateFile;
}

export interface Standing {
  readonly status: ReportStatus;
  readonly reason?: ReasonCode;
  readonly message?: string;
  readonly remedy?: string;
}

/** The step as a report, as far as it is known. */
export function reportOf(step: EarlyStep & Partial<Step>, standing: Standing): Report {
  const { facts, environment, event, log } = step;
  const { plan, task, result, shareUrl } = facts;
  const page = runUrl(environment);
  return {
    ...standing,
    durationMs: Date.now() - step.startedAt,
    artifacts: facts.artifacts.map((artifact) => ({ ...artifact, name: log.mask(artifact.name) })),
    ...(result === undefined ? {} : { result: log.mask(result.result) }),
    ...(task === undefined ? {} : { taskId: task.taskId, taskUrl: log.mask(task.taskUrl) }),
    ...(shareUrl === undefined ? {} : { shareUrl: log.mask(shareUrl) }),
    ...(plan === undefined ? {} : { executor: plan.order.executor, model: plan.order.model }),
    receipt: {
      actor: environment.actor || event.sender || 'unknown',
      event: environment.eventName || 'none',
      ...(facts.permission === undefined ? {} : { permission: facts.permission }),
      repository: plan?.order.repository ?? environment.repository,
      ...(plan === undefined ? {} : { branch: plan.order.branch, sha: plan.headSha }),
      ...(page === '' ? {} : { runUrl: page }),
      ...(result === undefined ? {} : { resultSource: result.resultSource }),
      notes: facts.notes.map((note) => log.mask(note)),
    },
  };
}
