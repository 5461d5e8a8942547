import { collectChanges, type Changes } from './checkout/changes.ts';
import { detectCheckout, type Checkout } from './checkout/detect.ts';
import { composePrompt } from './compose-prompt.ts';
import { text, type WorkflowEvent } from './event.ts';
import type { Environment } from './environment.ts';
import type { Order } from './submit-task.ts';
import type { ActionInputs } from './parse-inputs.ts';
import { Refusal } from './refusal.ts';
import { runReference } from './run-reference.ts';
import { findSentFiles, MAX_FILE_BYTES, type SentFile } from './sent-files.ts';

/** What will be asked of Rebyte, and what is worth saying about it. No request has been made yet. */
export interface Plan {
  readonly order: Order;
  /** The commit that reports are about. */
  readonly headSha: string;
  readonly notes: readonly string[];
}

/** Name of the bundle in the VM; the instructions for the agent repeat it. */
const BUNDLE_NAME = 'rebyte-changes.bundle';

/** @throws Refusal, InputError. */
export async function makePlan(inputs: ActionInputs, environment: Environment, event: WorkflowEvent): Promise<Plan> {
  const { workspace } = environment;
  const [checkout, sent] = await Promise.all([
    detect(environment, event),
    findSentFiles(inputs.files, workspace),
  ]);
  const target = targetOf(inputs, environment, checkout);
  const changes = await changesOf(inputs, environment, { event, checkout, target });
  const bundle: SentFile[] = changes.kind === 'bundle' ? [{ path: changes.path, filename: BUNDLE_NAME, size: changes.size }] : [];
  const reference = runReference(environment, inputs.apiKey, [inputs.prompt, inputs.promptFile, inputs.executor, inputs.model, target.repository]);
  const composed = await composePrompt({ inputs, environment, event, checkout: target.isCheckout ? checkout : undefined, changes, runReference: reference });
  const order: Order = {
    prompt: composed.prompt,
    executor: inputs.executor,
    model: inputs.model,
    skills: inputs.skills,
    workspaceId: inputs.workspaceId,
    computer: inputs.computer,
    repository: target.repository,
    branch: target.branch,
    files: [...bundle, ...sent],
    runReference: reference,
  };
  const notes = [...(checkout.kind === 'checkout' && target.isCheckout ? checkout.notes : []), ...notesOf(changes), ...composed.notes];
  return { order, headSha: headShaOf(environment, event, checkout), notes };
}

function detect(environment: Environment, event: WorkflowEvent): Promise<Checkout> {
  const { workspace, serverUrl, repository, ref, sha, headRef, eventName } = environment;
  return detectCheckout({ directory: workspace, github: { serverUrl, repository, ref, sha, headRef, eventName, event: event.payload } });
}

interface Target {
  readonly repository: string;
  readonly branch: string;
  /** The task works on what is checked out, so its commit and local changes count. */
  readonly isCheckout: boolean;
}

/** `repository` and `branch` win; else what is checked out; else the workflow's own repository. */
function targetOf(inputs: ActionInputs, environment: Environment, checkout: Checkout): Target {
  const checkedOut = checkout.kind === 'checkout' ? checkout.taskRepository : undefined;
  const isCheckout = checkedOut !== undefined && (inputs.repository === '' || inputs.repository.toLowerCase() === checkedOut.toLowerCase());
  if (isCheckout) {
    const branch = inputs.branch || (checkout.kind === 'checkout' ? (checkout.taskBranch ?? '') : '');
    return { repository: checkedOut, branch, isCheckout: inputs.branch === '' };
  }
  const repository = inputs.repository || environment.repository;
  if (repository === '') throw new Refusal('no_repository', 'There is no repository to work on: check one out first, or set `repository`.');
  const own = repository.toLowerCase() === environment.repository.toLowerCase();
  const branch = inputs.branch || (own && environment.ref.startsWith('refs/heads/') ? environment.refName : '') || (own ? environment.headRef : '');
  return { repository, branch, isCheckout: false };
}

interface Situation {
  readonly event: WorkflowEvent;
  readonly checkout: Checkout;
  readonly target: Target;
}

async function changesOf(inputs: ActionInputs, environment: Environment, situation: Situation): Promise<Changes> {
  const { checkout, target, event } = situation;
  if (!inputs.includeChanges || checkout.kind !== 'checkout' || !target.isCheckout) return { kind: 'none' };
  const knownRemoteShas = [environment.sha, text(event.payload, 'pull_request', 'head', 'sha'), text(event.payload, 'after')].filter(Boolean);
  const changes = await collectChanges({
    root: checkout.root,
    sha: checkout.sha,
    knownRemoteShas,
    directory: environment.temp,
    maxBytes: MAX_FILE_BYTES,
  });
  if (changes.kind === 'too_large') {
    throw new Refusal(
      'changes_too_large',
      `What is checked out differs from the remote by ${changes.size} bytes; Rebyte takes at most ${changes.limit}. Push it, or set \`include-changes: off\`.`,
    );
  }
  return changes;
}

function notesOf(changes: Changes): string[] {
  if (changes.kind !== 'bundle') return [];
  const sent = `Local changes were sent along: ${changes.commits} commit(s) that the remote does not have, ${changes.dirtyFiles} edited file(s).`;
  return [sent, ...changes.skipped];
}

/** A check belongs on the pull request's head, not on the merge commit that GitHub made for the workflow. */
function headShaOf(environment: Environment, event: WorkflowEvent, checkout: Checkout): string {
  return text(event.payload, 'pull_request', 'head', 'sha') || (checkout.kind === 'checkout' ? checkout.sha : '') || environment.sha;
}
