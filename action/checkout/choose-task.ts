import type { RepositoryName } from '../../shared/model/thread.ts';
import type { Task } from './checkout.ts';
import { codeSpan } from './code-span.ts';
import type { GitHubEvent, PullRequest } from './event.ts';
import type { LocalCommits } from './local-commits.ts';
import { defaultBranchOf, pullRequestOf, sameName, workflowRunHeadOf } from './event.ts';

/** What git says about the workspace. */
export interface WorkspaceFacts {
  readonly remote: RepositoryName | undefined;
  readonly branch: string | undefined;
  /** The branch of the remote that HEAD tracks, without the remote's name. */
  readonly upstreamBranch: string | undefined;
  readonly sha: string;
  readonly local: LocalCommits;
}

/** Which repository, branch and commit an agent should be given: what is in the workspace counts, not the event. */
export function chooseTask(github: GitHubEvent, facts: WorkspaceFacts): Task {
  if (facts.remote === undefined) {
    return {
      source: 'unknown_remote',
      taskRepository: undefined,
      taskBranch: undefined,
      taskSha: undefined,
      notes: [],
    };
  }
  const here = `${facts.remote.owner}/${facts.remote.repo}`;
  const pull = pullRequestOf(github);
  if (pull && holds(pull, here, facts)) return pullRequestTask(pull, facts);

  const { commits, prerequisites } = facts.local;
  const taskSha = commits.length === 0 ? facts.sha : undefined;
  const run = workflowRunHeadOf(github);
  if (run?.sha === facts.sha && run.branch !== undefined && sameName(run.repository, here)) {
    return { source: 'branch', taskRepository: run.repository, taskBranch: run.branch, taskSha, notes: [] };
  }
  if (!sameName(here, github.repository)) {
    const taskBranch = facts.upstreamBranch ?? facts.branch;
    return { source: 'other_repository', taskRepository: here, taskBranch, taskSha, notes: [] };
  }
  const taskRepository = github.repository;
  const eventBranch = /^refs\/heads\/(.+)$/.exec(github.ref)?.[1];
  if (facts.upstreamBranch !== undefined) {
    return { source: 'branch', taskRepository, taskBranch: facts.upstreamBranch, taskSha, notes: [] };
  }
  if (eventBranch !== undefined && (eventBranch === facts.branch || prerequisites.includes(github.sha))) {
    const notes = localBranchNotes(facts.branch, eventBranch);
    return { source: 'branch', taskRepository, taskBranch: eventBranch, taskSha, notes };
  }
  const tag = github.ref.startsWith('refs/tags/') && prerequisites.includes(github.sha);
  const taskBranch = defaultBranchOf(github);
  const notes = localBranchNotes(facts.branch, taskBranch);
  return { source: tag ? 'tag' : 'commit', taskRepository, taskBranch, taskSha, notes };
}

/** Commits of an event that its repository certainly has. */
export function eventCommits(github: GitHubEvent): string[] {
  const pull = pullRequestOf(github);
  const commits = [github.sha, pull?.headSha, pull?.baseSha, pull?.mergeSha, workflowRunHeadOf(github)?.sha];
  return commits.filter((sha) => sha !== undefined).filter((sha) => /^[0-9a-f]{40,64}$/.test(sha));
}

/** Whether the pull request's changes are in the workspace. `pull_request_target` checks out the base unless told. */
function holds(pull: PullRequest, here: string, facts: WorkspaceFacts): boolean {
  const isHead = pull.headRepository !== undefined && sameName(here, pull.headRepository);
  if (!isHead && !sameName(here, pull.baseRepository)) return false;
  if (facts.sha === pull.headSha || facts.sha === pull.mergeSha) return true;
  if (facts.upstreamBranch !== undefined) return isHead && facts.upstreamBranch === pull.headBranch;
  // Commits were made on top of what was checked out.
  const { prerequisites } = facts.local;
  return prerequisites.some((sha) => sha === pull.headSha || sha === pull.mergeSha);
}

function pullRequestTask(pull: PullRequest, facts: WorkspaceFacts): Task {
  const notes: string[] = [];
  const useHead = pull.headRepository !== undefined && pull.headReadable && pull.open;
  if (pull.fork && useHead) {
    notes.push(`The pull request comes from the fork ${codeSpan(pull.headRepository ?? '')}, which the agent clones.`);
  } else if (!useHead) {
    const why = pull.open ? 'cannot be read or was deleted' : 'may be gone, as the pull request is closed';
    notes.push(`The head branch ${why}, so the agent clones ${codeSpan(pull.baseRepository)} and fetches the commit.`);
  }
  return {
    source: pull.fork ? 'pull_request_fork' : 'pull_request',
    pullRequest: pull,
    taskRepository: useHead ? pull.headRepository : pull.baseRepository,
    taskBranch: useHead ? pull.headBranch : pull.baseBranch,
    taskSha: startOf(pull, facts),
    notes,
  };
}

/** The test merge is GitHub's own; people and agents work on the head. */
function startOf(pull: PullRequest, facts: WorkspaceFacts): string | undefined {
  if (facts.sha === pull.mergeSha) return pull.headSha;
  return facts.local.commits.length === 0 ? facts.sha : undefined;
}

function localBranchNotes(branch: string | undefined, taskBranch: string | undefined): string[] {
  if (branch === undefined || branch === taskBranch) return [];
  const instead = taskBranch === undefined ? 'its default branch' : codeSpan(taskBranch);
  return [
    `The local branch ${codeSpan(branch)} is not known on the remote, so the agent's clone starts on ${instead}.`,
  ];
}
