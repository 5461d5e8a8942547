import { codeSpan } from '../checkout/code-span.ts';
import { detectCheckout, type Checkout } from '../checkout/detect.ts';
import { pullRequestOf, sameName } from '../checkout/event.ts';
import { locateCheckouts } from '../checkout/locate.ts';
import type { Environment } from '../environment.ts';
import type { WorkflowEvent } from '../event.ts';
import type { ActionInputs } from '../inputs/parse-inputs.ts';
import { Refusal } from '../refusal.ts';

/** What the agent will work on. */
export interface Target {
  /** `owner/repo`; '' when what is checked out has no home on GitHub and travels whole. */
  readonly repository: string;
  /** '' for the default of Rebyte. Hostile text. */
  readonly branch: string;
  /** The checkout whose commit and local changes count; undefined when the task works on something else. */
  readonly checkout: Checkout | undefined;
  /** Sentences for people, safe as Markdown. */
  readonly notes: readonly string[];
}

/** `repository` and `branch` win; else what is checked out; else the workflow's own repository. */
export async function chooseTarget(
  inputs: ActionInputs,
  environment: Environment,
  workflowEvent: WorkflowEvent,
): Promise<Target> {
  const checkout = await findCheckout(inputs, environment, workflowEvent);
  if (checkout.kind === 'checkout') {
    const { taskRepository, taskBranch = '' } = checkout;
    const matches = inputs.repository === '' || inputs.repository.toLowerCase() === taskRepository?.toLowerCase();
    if (matches && inputs.branch === '') {
      return { repository: taskRepository ?? '', branch: taskBranch, checkout, notes: checkout.notes };
    }
    if (matches && taskRepository !== undefined) {
      return { repository: taskRepository, branch: inputs.branch, checkout: undefined, notes: [] };
    }
  }
  const event = eventTarget(environment, workflowEvent);
  const repository = inputs.repository || event.repository;
  if (repository === '') {
    const why = checkout.kind === 'none' ? checkout.reason : '';
    throw new Refusal('no_repository', `There is no repository to work on. ${why}`.trim());
  }
  const branch = inputs.branch || (sameName(repository, event.repository) ? event.branch : '');
  // Whoever named a repository or branch knows; else a missing git or a second checkout would pass unseen.
  const chosen = inputs.repository !== '' || inputs.branch !== '';
  const notes =
    checkout.kind === 'checkout' || chosen
      ? []
      : [`${checkout.reason} The task works on the workflow's own repository.`];
  return { repository, branch, checkout: undefined, notes };
}

/**
 * What actions/checkout would take when it is told nothing: of a pull request its head, which may be a fork's, but for
 * `pull_request_target` the base, because there the workflow's secrets are at hand.
 */
function eventTarget(environment: Environment, event: WorkflowEvent): { repository: string; branch: string } {
  const { repository, ref, refName } = environment;
  if (ref.startsWith('refs/heads/')) return { repository, branch: refName };
  const pull = ref.startsWith('refs/pull/') ? pullRequestOf({ ...environment, event: event.payload }) : undefined;
  if (pull === undefined) return { repository, branch: '' };
  const { headRepository, headBranch, headReadable, open, baseRepository, baseBranch } = pull;
  if (headRepository !== undefined && headReadable && open) return { repository: headRepository, branch: headBranch };
  return { repository: baseRepository, branch: baseBranch };
}

/** The checkout of the wanted repository; without one, the workspace's own or the only one below it. */
async function findCheckout(inputs: ActionInputs, environment: Environment, event: WorkflowEvent): Promise<Checkout> {
  const { workspace, serverUrl, repository, ref, sha, headRef, eventName } = environment;
  const github = { serverUrl, repository, ref, sha, headRef, eventName, event: event.payload };
  const folders = locateCheckouts(workspace, inputs.repository !== '');
  const checkouts = await Promise.all(
    // A repository above the workspace is the machine's own affair.
    folders.map((directory) => detectCheckout({ directory, ceiling: workspace, github })),
  );
  const wanted = (inputs.repository || repository).toLowerCase();
  const named = checkouts.find((each) => each.kind === 'checkout' && each.taskRepository?.toLowerCase() === wanted);
  const first = checkouts[0];
  if (named !== undefined) return named;
  if (first !== undefined && (checkouts.length === 1 || folders[0] === workspace)) return first;
  if (checkouts.length === 0) return { kind: 'none', reason: `Nothing is checked out in ${codeSpan(workspace)}.` };
  return {
    kind: 'none',
    reason: `Several repositories are checked out in ${codeSpan(workspace)}: set \`repository\` to work on one.`,
  };
}
