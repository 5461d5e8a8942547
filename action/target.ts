import { detectCheckout, type Checkout } from './checkout/detect.ts';
import { locateCheckouts } from './checkout/locate.ts';
import type { Environment } from './environment.ts';
import type { WorkflowEvent } from './event.ts';
import type { ActionInputs } from './parse-inputs.ts';
import { Refusal } from './refusal.ts';

/** What the agent will work on. */
export interface Target {
  /** `owner/repo`; '' when what is checked out has no home on GitHub and travels whole. */
  readonly repository: string;
  /** '' for the default of Rebyte. Hostile text. */
  readonly branch: string;
  /** The checkout whose commit and local changes count; undefined when the task works on something else. */
  readonly checkout: Checkout | undefined;
}

/** `repository` and `branch` win; else what is checked out; else the workflow's own repository. */
export async function chooseTarget(
  inputs: ActionInputs,
  environment: Environment,
  event: WorkflowEvent,
): Promise<Target> {
  const checkout = await findCheckout(inputs, environment, event);
  if (checkout.kind === 'checkout') {
    const { taskRepository, taskBranch = '' } = checkout;
    const matches = inputs.repository === '' || inputs.repository.toLowerCase() === taskRepository?.toLowerCase();
    if (matches && inputs.branch === '') return { repository: taskRepository ?? '', branch: taskBranch, checkout };
    if (matches && taskRepository !== undefined) {
      return { repository: taskRepository, branch: inputs.branch, checkout: undefined };
    }
  }
  const repository = inputs.repository || environment.repository;
  if (repository === '') {
    const why = checkout.kind === 'none' ? checkout.reason : '';
    throw new Refusal('no_repository', `There is no repository to work on. ${why}`.trim());
  }
  return { repository, branch: inputs.branch || ownBranch(environment, repository), checkout: undefined };
}

function ownBranch({ repository, ref, refName, headRef }: Environment, wanted: string): string {
  if (wanted.toLowerCase() !== repository.toLowerCase()) return '';
  return headRef || (ref.startsWith('refs/heads/') ? refName : '');
}

/** The checkout of the wanted repository; without one, the workspace's own or the only one below it. */
async function findCheckout(inputs: ActionInputs, environment: Environment, event: WorkflowEvent): Promise<Checkout> {
  const { workspace, serverUrl, repository, ref, sha, headRef, eventName } = environment;
  const github = { serverUrl, repository, ref, sha, headRef, eventName, event: event.payload };
  const folders = await locateCheckouts(workspace, inputs.repository !== '');
  const checkouts = await Promise.all(
    // A repository above the workspace is the machine's own affair.
    folders.map((directory) => detectCheckout({ directory, ceiling: workspace, github })),
  );
  const wanted = (inputs.repository || repository).toLowerCase();
  const named = checkouts.find((each) => each.kind === 'checkout' && each.taskRepository?.toLowerCase() === wanted);
  const first = checkouts[0];
  if (named !== undefined) return named;
  if (first !== undefined && (checkouts.length === 1 || folders[0] === workspace)) return first;
  if (checkouts.length === 0) return { kind: 'none', reason: `Nothing is checked out in ${workspace}.` };
  return { kind: 'none', reason: `Several repositories are checked out in ${workspace}; set \`repository\`.` };
}
