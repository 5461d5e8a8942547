import { BUNDLE_NAME, type Changes } from '../checkout/changes.ts';
import { collectChanges } from '../checkout/collect-changes.ts';
import { describeCheckout, describeForFollowUp } from '../checkout/instructions.ts';
import { composePrompt } from './compose-prompt.ts';
import type { Environment } from '../environment.ts';
import { text, type WorkflowEvent } from '../event.ts';
import type { ActionInputs } from '../inputs/parse-inputs.ts';
import { Refusal } from '../refusal.ts';
import { runReference } from './run-reference.ts';
import type { SentFile } from './sent-files.ts';
import type { FollowUp, Order } from '../task/submit-task.ts';
import type { Target } from './target.ts';

/** What will be asked of Rebyte, and what is worth saying about it. No request has been made yet. */
export interface Plan {
  /** For a new task. */
  readonly order: Order;
  /** For a task that exists: its clone may hold work of its own, so nothing of the workspace is put on top. */
  readonly followUp: () => Promise<FollowUp>;
  /** The commit that reports are about. */
  readonly headSha: string;
  readonly notes: readonly string[];
}

export interface PlanSource {
  readonly inputs: ActionInputs;
  readonly environment: Environment;
  readonly event: WorkflowEvent;
  readonly target: Promise<Target>;
  /** Reads `prompt-file`; asked for only where there is one. */
  readonly readTemplate: () => Promise<string>;
  /** What the author of a text may do on the repository, in words. */
  readonly permissionOf: (login: string) => string;
}

/** @throws Refusal, InputError, GitError. */
export async function makePlan({ inputs, environment, event, ...source }: PlanSource): Promise<Plan> {
  const [target, sent, template] = await Promise.all([
    source.target,
    sentFiles(inputs.files, environment.workspace),
    inputs.promptFile === '' ? '' : source.readTemplate(),
  ]);
  const { checkout, repository, branch } = target;
  const mayCreate = ['', 'new', 'auto'].includes(inputs.taskId);
  const changes = mayCreate ? await changesOf(inputs, environment, target) : undefined;
  const request = [inputs.prompt, inputs.promptFile, inputs.executor, inputs.model, inputs.taskId, repository];
  const reference = runReference(environment, inputs.apiKey, request);
  const { executor, model, skills, workspaceId, computer } = inputs;
  const { permissionOf } = source;
  const known = { inputs, environment, event, target, files: sent, runReference: reference, template, permissionOf };
  const compose = (workspace: string): ReturnType<typeof composePrompt> => composePrompt({ ...known, workspace });
  const composed = await compose(checkout === undefined ? '' : describeCheckout(checkout, changes));
  const files = changes?.kind === 'bundle' ? [bundleFile(changes.path, changes.size), ...sent] : sent;
  const order: Order = {
    prompt: composed.prompt,
    executor,
    model,
    skills,
    workspaceId,
    computer,
    repository,
    branch,
    files,
    runReference: reference,
  };
  const notes = [...target.notes, ...notesOf(changes), ...composed.notes];
  return {
    order,
    followUp: async () => {
      const { prompt } = await compose(checkout === undefined ? '' : describeForFollowUp(checkout));
      return { prompt, skills, files: sent, runReference: reference };
    },
    headSha: headShaOf(environment, event, target),
    notes,
  };
}

async function sentFiles(patterns: readonly string[], workspace: string): Promise<readonly SentFile[]> {
  if (patterns.length === 0) return [];
  const { findSentFiles } = await import('./sent-files.ts');
  return await findSentFiles(patterns, workspace);
}

function bundleFile(path: string, size: number): SentFile {
  return { path, filename: BUNDLE_NAME, size };
}

/** @throws Refusal when they cannot travel, and the agent would work on something else than what is checked out. */
async function changesOf(
  inputs: ActionInputs,
  environment: Environment,
  { checkout, repository }: Target,
): Promise<Changes | undefined> {
  if (checkout?.kind !== 'checkout') return undefined;
  const changes = inputs.includeChanges ? await collectChanges({ checkout, directory: environment.temp }) : undefined;
  if (changes?.kind === 'too_large') {
    throw new Refusal(
      'changes_too_large',
      `What is checked out differs from the remote by ${changes.size} bytes; Rebyte takes at most ${changes.limit}.`,
    );
  }
  const travelsWhole = changes?.kind === 'bundle' && changes.prerequisites.length === 0;
  if (repository === '' && !travelsWhole) {
    throw new Refusal(
      'no_repository',
      `What is checked out comes from a remote that is not on ${environment.serverUrl}, so Rebyte cannot clone it.`,
      { remedy: 'Set `repository` to the one to work on.' },
    );
  }
  return changes;
}

function notesOf(changes: Changes | undefined): readonly string[] {
  if (changes?.kind === 'none') return changes.skipped;
  if (changes?.kind !== 'bundle') return [];
  const travels = `Local changes travel along: ${changes.commits} commit(s) that the remote does not have, ${changes.dirtyFiles} edited file(s).`;
  return [travels, ...changes.skipped];
}

/** A check belongs on the pull request's head, not on the merge commit that GitHub made for the workflow. */
function headShaOf(environment: Environment, { payload }: WorkflowEvent, { checkout }: Target): string {
  return (
    text(payload, 'pull_request', 'head', 'sha') ||
    text(payload, 'workflow_run', 'head_sha') ||
    text(payload, 'check_suite', 'head_sha') ||
    (checkout?.kind === 'checkout' ? checkout.sha : '') ||
    environment.sha
  );
}
