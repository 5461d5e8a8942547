import { BUNDLE_NAME, collectChanges, type Changes } from './checkout/changes.ts';
import { detectCheckout, type Checkout } from './checkout/detect.ts';
import { describeCheckout } from './checkout/instructions.ts';
import { locateCheckouts } from './checkout/locate.ts';
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

/** @throws Refusal, InputError. */
export async function makePlan(inputs: ActionInputs, environment: Environment, event: WorkflowEvent): Promise<Plan> {
  const { workspace } = environment;
  const [checkout, sent] = await Promise.all([
    detect(inputs, environment, event),
    findSentFiles(inputs.files, workspace),
  ]);
  const target = targetOf(inputs, environment, checkout);
  const changes = target.isCheckout ? await changesOf(inputs, environment, checkout) : undefined;
  const bundle: SentFile[] = changes?.kind === 'bundle' ? [{ path: changes.path, filename: BUNDLE_NAME, size: changes.size }] : [];
  const reference = runReference(environment, inputs.apiKey, [inputs.prompt, inputs.promptFile, inputs.executor, inputs.model, target.repository]);
  const composed = await composePrompt({ inputs, environment, event, workspace: target.isCheckout ? describeCheckout(checkout, changes) : '', target, runReference: reference });
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

/** The checkout of the wanted repository; without one, the workspace's own or the only one below it. */
async function detect(inputs: ActionInputs, environment: Environment, event: WorkflowEvent): Promise<Checkout> {
  const { workspace, serverUrl, repository, ref, sha, headRef, eventName } = environment;
  const github = { serverUrl, repository, ref, sha, headRef, eventName, event: event.payload };
  const folders = await locateCheckouts(workspace, inputs.repository !== '');
  const checkouts = await Promise.all(folders.map((directory) => detectCheckout({ directory, github })));
  const wanted = (inputs.repository || repository).toLowerCase();
  const named = checkouts.find((each) => each.kind === 'checkout' && each.taskRepository?.toLowerCase() === wanted);
  const first = checkouts[0];
  if (named !== undefined) return named;
  if (first !== undefined && (checkouts.length === 1 || folders[0] === workspace)) return first;
  const reason = checkouts.length === 0 ? `Nothing is checked out in ${workspace}.` : `Several repositories are checked out in ${workspace}; \`repository\` says which one is meant.`;
  return { kind: 'none', reason };
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

async function changesOf(inputs: ActionInputs, environment: Environment, checkout: Checkout): Promise<Changes | undefined> {
  if (!inputs.includeChanges || checkout.kind !== 'checkout') return undefined;
  const changes = await collectChanges({ checkout, directory: environment.temp, maxBytes: MAX_FILE_BYTES });
  if (changes.kind === 'too_large') {
    throw new Refusal(
      'changes_too_large',
      `What is checked out differs from the remote by ${changes.size} bytes; Rebyte takes at most ${changes.limit}. Push it, or set \`include-changes: off\`.`,
    );
  }
  return changes;
}

function notesOf(changes: Changes | undefined): readonly string[] {
  if (changes?.kind !== 'bundle') return changes?.kind === 'none' ? changes.skipped : [];
  const sent = `Local changes were sent along: ${changes.commits} commit(s) that the remote does not have, ${changes.dirtyFiles} edited file(s).`;
  return [sent, ...changes.skipped];
}

/** A check belongs on the pull request's head, not on the merge commit that GitHub made for the workflow. */
function headShaOf(environment: Environment, event: WorkflowEvent, checkout: Checkout): string {
  return text(event.payload, 'pull_request', 'head', 'sha') || (checkout.kind === 'checkout' ? checkout.sha : '') || environment.sha;
}
