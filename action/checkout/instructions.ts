import type { Changes, ChangesBundle } from './changes.ts';
import { BUNDLE_NAME, CHANGES_REF } from './changes.ts';
import type { Checkout, GitCheckout } from './checkout.ts';
import { codeSpan } from './code-span.ts';

/** Where Rebyte puts files and clones. */
const CODE = '/code';

/** So many sentences about files left behind are shown; the rest is counted. */
const MAX_SKIPPED = 20;

/**
 * Tells the agent, in Markdown, what was checked out and how to bring its clone to exactly that. Commands hold only
 * commit ids, GitHub's own kind of names and paths of ours: a branch name, which may be hostile, never reaches the
 * shell. Without `changes` local commits and edits are said to be missing.
 */
export function describeCheckout(checkout: Checkout, changes?: Changes): string {
  if (checkout.kind === 'none') return `Nothing is checked out in the workflow. ${checkout.reason}`;
  const facts = factsAbout(checkout).map((fact) => `- ${fact}`);
  return [facts.join('\n'), ...stepsTo(checkout, changes)].join('\n\n');
}

/** The same for an agent that goes on in a clone it has worked in: what is checked out, but nothing to bring about. */
export function describeForFollowUp(checkout: Checkout): string {
  if (checkout.kind === 'none') return `Nothing is checked out in the workflow. ${checkout.reason}`;
  const facts = factsAbout(checkout).map((fact) => `- ${fact}`);
  const keep = 'You go on in the clone you already have: keep what is in it, and fetch a commit only when you need it.';
  return [facts.join('\n'), keep, ...unsentChanges(checkout)].join('\n\n');
}

function factsAbout(checkout: GitCheckout): string[] {
  const { taskRepository, taskBranch, pullRequest: pull, sha, notes } = checkout;
  const facts = [
    taskRepository === undefined
      ? 'Repository: not one that can be cloned from GitHub.'
      : `Repository: ${codeSpan(taskRepository)}, cloned to ${codeSpan(cloneOf(checkout))}.`,
  ];
  if (taskBranch !== undefined) facts.push(`Branch: ${codeSpan(taskBranch)}.`);
  facts.push(`Commit in the workflow's workspace: ${codeSpan(sha)} (${SOURCES[checkout.source]}).`);
  if (pull) {
    const head = `${codeSpan(pull.headBranch)} of ${codeSpan(pull.headRepository ?? 'a deleted fork')}`;
    const base = `${codeSpan(pull.baseBranch)} of ${codeSpan(pull.baseRepository)}`;
    facts.push(`Pull request #${pull.number}: ${head}, at ${codeSpan(pull.headSha)}, into ${base}.`);
    if (sha === pull.mergeSha) facts.push("The workspace holds GitHub's test merge of the two.");
  }
  return [...facts, ...notes];
}

const SOURCES = {
  branch: 'from a branch',
  pull_request: 'from a pull request',
  pull_request_fork: 'from the pull request of a fork',
  tag: 'from a tag',
  commit: 'checked out by its id',
  other_repository: 'from another repository than the workflow’s',
  unknown_remote: 'from elsewhere',
} as const satisfies Record<GitCheckout['source'], string>;

function stepsTo(checkout: GitCheckout, changes: Changes | undefined): string[] {
  const skipped = changes?.kind === 'bundle' || changes?.kind === 'none' ? leftOut(changes.skipped) : [];
  if (changes?.kind === 'bundle') return [...bundleSteps(checkout, changes), ...skipped];
  const unsent = changes?.kind === 'none' ? [] : unsentChanges(checkout);
  if (checkout.taskSha === undefined || checkout.taskRepository === undefined) return [...unsent, ...skipped];
  const fetch = `git fetch ${sourceOf(checkout, checkout.taskSha)} ${checkout.taskSha}`;
  return [
    `Before anything else, bring the clone to ${codeSpan(checkout.taskSha)}; the branch may have moved on since:`,
    shell([
      `cd ${cloneOf(checkout)} &&`,
      `{ test "$(git rev-parse HEAD)" = ${checkout.taskSha} ||`,
      `  { ${fetch} && git checkout --detach ${checkout.taskSha}; }; }`,
    ]),
    WHEN_IT_FAILS,
    ...unsent,
    ...skipped,
  ];
}

function bundleSteps(checkout: GitCheckout, changes: ChangesBundle): string[] {
  const bundle = `${CODE}/${BUNDLE_NAME}`;
  const clone = cloneOf(checkout);
  const edited = changes.headSha !== checkout.sha;
  const whole = changes.prerequisites.length === 0;
  if (checkout.taskRepository === undefined && !whole) {
    return [
      'The workspace has changes that only apply to a clone of its own repository; work without them and say so.',
    ];
  }
  const bases = changes.prerequisites.map((sha, index) => {
    const ref = `refs/rebyte/base-${index + 1}`;
    return `{ git update-ref ${ref} ${sha} 2>/dev/null || git fetch ${sourceOf(checkout, sha)} +${sha}:${ref}; } &&`;
  });
  const enter = checkout.taskRepository === undefined ? `git init ${clone} && cd ${clone} &&` : `cd ${clone} &&`;
  return [
    `The workspace differs from the remote: ${amount(changes)}. All of it is in ${codeSpan(bundle)}, a git bundle. ` +
      'Before anything else, bring the clone to exactly that state:',
    shell([
      enter,
      ...bases,
      `git fetch ${bundle} +${CHANGES_REF}:${CHANGES_REF} &&`,
      `git checkout --detach ${changes.headSha}${edited ? ' &&' : ''}`,
      // The snapshot commit has done its duty; its contents stay, uncommitted as they were.
      ...(edited ? [`git reset --quiet ${checkout.sha}`] : []),
    ]),
    edited
      ? `What is not committed in the workspace is not committed in the clone either. ${WHEN_IT_FAILS}`
      : WHEN_IT_FAILS,
  ];
}

const WHEN_IT_FAILS =
  'If HEAD is detached then, make a branch before you commit. If a command fails, do not guess: ' +
  'work on the branch as it is and say in your answer which command failed and which commit you worked on.';

/** The agent's `origin` is the task's repository; what that need not have is fetched from where it was checked out. */
function sourceOf(checkout: GitCheckout, sha: string): string {
  const { remote, taskRepository, pullRequest, remoteUrl } = checkout;
  const same = remote && `${remote.owner}/${remote.repo}`.toLowerCase() === taskRepository?.toLowerCase();
  if (same === true || sha === pullRequest?.headSha || remoteUrl === undefined) return 'origin';
  return quote(remoteUrl);
}

function unsentChanges({ local, status }: GitCheckout): string[] {
  const dirty = status.files.length > 0 ? [`${status.files.length} uncommitted file(s)`] : [];
  const ahead = local.commits.length > 0 ? [`${local.commits.length} commit(s) that the remote does not have`] : [];
  if (dirty.length + ahead.length === 0) return [];
  return [`The workspace also has ${[...ahead, ...dirty].join(' and ')}, which were not sent along.`];
}

function leftOut(skipped: readonly string[]): string[] {
  if (skipped.length === 0) return [];
  const more = skipped.length > MAX_SKIPPED ? [`and ${skipped.length - MAX_SKIPPED} more.`] : [];
  const lines = [...skipped.slice(0, MAX_SKIPPED), ...more].map((line) => `- ${line}`);
  return [`Left behind in the workflow's workspace:\n\n${lines.join('\n')}`];
}

function amount({ commits, dirtyFiles }: ChangesBundle): string {
  const parts = [
    ...(commits > 0 ? [`${commits} commit(s) that were not pushed`] : []),
    ...(dirtyFiles > 0 ? [`${dirtyFiles} uncommitted file(s)`] : []),
  ];
  return parts.join(' and ');
}

function cloneOf({ taskRepository }: GitCheckout): string {
  return `${CODE}/${taskRepository?.split('/')[1] ?? 'workspace'}`;
}

function shell(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
