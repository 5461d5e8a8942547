import { lookUp, text, type WorkflowEvent } from '../event.ts';
import { sameName } from '../checkout/event.ts';
import type { Account } from '../../shared/model/trigger.ts';

/** Somebody who had a part in an event, and the part. */
export interface Person {
  readonly account: Account;
  /** Goes on after the name, e.g. `who wrote the comment`. */
  readonly part: string;
}

/** Events about a text that anybody may write, and where its author stands in the payload. */
const WRITTEN: ReadonlyMap<string, 'comment' | 'review'> = new Map([
  ['issue_comment', 'comment'],
  ['discussion_comment', 'comment'],
  ['commit_comment', 'comment'],
  ['pull_request_review_comment', 'comment'],
  ['pull_request_review', 'review'],
]);

/** Other events that anybody may cause, and the text that they are about. All of these run with the repository's secrets. */
const CAUSED: ReadonlyMap<string, string> = new Map([
  ['pull_request_target', 'pull_request'],
  ['issues', 'issue'],
  ['discussion', 'discussion'],
]);

/** Actions by which somebody decides about a thread as it stands, whoever opened it and whatever is in it. */
const DECISIONS: ReadonlySet<string> = new Set([
  'assigned',
  'closed',
  'demilestoned',
  'labeled',
  'locked',
  'milestoned',
  'pinned',
  'review_request_removed',
  'review_requested',
  'unassigned',
  'unlabeled',
  'unlocked',
  'unpinned',
]);

/** What another App says of a commit: also of a fork's, which it was made to look at by whoever opened a pull request. */
const JUDGED_COMMITS = ['check_run', 'check_suite', 'status'];

/** Events that take a right to cause, or get no secrets otherwise; '' is no workflow. What is not listed is anybody's. */
const TAKE_A_RIGHT: ReadonlySet<string> = new Set([
  '',
  'branch_protection_rule',
  'create',
  'delete',
  'deployment',
  'deployment_status',
  'label',
  'merge_group',
  'page_build',
  'public',
  'pull_request',
  'push',
  'registry_package',
  'release',
  'repository_dispatch',
  'schedule',
  'workflow_dispatch',
]);

/**
 * Whom an event is to be judged by: everybody who had a part in it, where it runs with secrets and takes no right to
 * cause. Empty for the events of which it is known that only people with write access cause them, or that they get no
 * secrets; of an event that is not known it is whoever caused it.
 *
 * A text has two people when somebody else edits it: the words may be either's, so both count. Nobody by name (a ghost,
 * an odd payload) is an account without a name, never no account.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function peopleBehind({ name, payload }: WorkflowEvent): readonly Person[] {
  if (name === 'workflow_run') return peopleBehindRun(payload);
  if (TAKE_A_RIGHT.has(name) || isAboutOwnBranch(name, payload)) return [];
  const sender = { account: accountAt(payload, 'sender'), part: 'who caused the event' };
  const subject = CAUSED.get(name);
  // All else may bring in what its author wrote: also an edit or a branch that a maintainer brings up to date.
  if (subject !== undefined && DECISIONS.has(text(payload, 'action'))) return [sender];
  const written = subject ?? WRITTEN.get(name);
  if (written === undefined) return [sender];
  const part = `who wrote the ${written.replace('_', ' ')}`;
  return distinct([{ account: accountAt(payload, written, 'user'), part }, sender]);
}

/** Whether strangers can cause the event and it runs with secrets: what it checks out may be theirs too. */
export function isPrivileged({ name }: WorkflowEvent): boolean {
  return !TAKE_A_RIGHT.has(name);
}

/** GitHub names no branch for the commits of a fork. https://docs.github.com/rest/checks/runs */
function isAboutOwnBranch(name: string, payload: unknown): boolean {
  if (!JUDGED_COMMITS.includes(name)) return false;
  const suite = name === 'check_run' ? lookUp(payload, 'check_run', 'check_suite') : lookUp(payload, 'check_suite');
  return text(suite, 'head_branch') !== '' || text(payload, 'branches', 0, 'name') !== '';
}

/** `workflow_run` gives secrets to what comes after a run without: a fork's, or one that a stranger's comment started. */
function peopleBehindRun(payload: unknown): readonly Person[] {
  const event = text(payload, 'workflow_run', 'event');
  const own = text(payload, 'repository', 'full_name');
  const head = text(payload, 'workflow_run', 'head_repository', 'full_name');
  const fromHere = own !== '' && sameName(head, own);
  if (fromHere && event !== '' && TAKE_A_RIGHT.has(event)) return [];
  const part = 'who caused the run before';
  return distinct([
    { account: accountAt(payload, 'workflow_run', 'actor'), part },
    { account: accountAt(payload, 'workflow_run', 'triggering_actor'), part },
  ]);
}

function accountAt(payload: unknown, ...path: readonly string[]): Account {
  const account = lookUp(payload, ...path);
  return { login: text(account, 'login'), type: text(account, 'type') };
}

function distinct([first, second]: readonly [Person, Person]): readonly Person[] {
  return sameName(first.account.login, second.account.login) ? [first] : [first, second];
}
