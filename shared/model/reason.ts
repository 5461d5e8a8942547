import type { RunStatus, SettledStatus } from './run.ts';

/**
 * Every ending of a run has one of these codes, in the outputs, the summary and the docs. The list is closed: a new
 * ending gets a new code here, with its status and the sentence that says what to do next.
 */
export const REASONS = {
  completed: { status: 'succeeded', meaning: 'The task finished.', remedy: '' },
  nothing_to_do: { status: 'succeeded', meaning: 'The agent found nothing to do.', remedy: '' },
  not_waited: {
    status: 'running',
    meaning: '`wait: false`: the task was started and goes on.',
    remedy: 'Follow it at `task-url`.',
  },
  dry_run: { status: 'skipped', meaning: '`dry-run: true`: everything was checked and nothing was sent.', remedy: '' },

  task_failed: {
    status: 'failed',
    meaning: 'The agent ended with an error.',
    remedy: 'Read its last words in the job summary, and the task at `task-url`.',
  },
  report_failed: {
    status: 'failed',
    meaning: 'The task succeeded, but a report that was asked for could not be posted.',
    remedy: 'Read the error: usually a `permissions:` entry is missing.',
  },
  artifacts_failed: {
    status: 'failed',
    meaning: 'The task succeeded, but its artifacts could not be downloaded.',
    remedy: 'Read the error; the artifacts are still in the workspace.',
  },

  task_canceled: { status: 'canceled', meaning: 'Somebody canceled the task on Rebyte.', remedy: '' },
  interrupted: {
    status: 'canceled',
    meaning:
      'The workflow was canceled, and the task with it, unless it had ended or had not been started: the message says so.',
    remedy: 'Re-run the job.',
  },
  interrupted_cancel_failed: {
    status: 'canceled',
    meaning: 'The workflow was canceled, but the task could not be and may still be running.',
    remedy: 'Cancel it at `task-url`.',
  },

  timed_out_canceled: {
    status: 'timed_out',
    meaning:
      '`timeout-minutes` passed; the task was canceled, unless it had ended or had not been started: the message says so.',
    remedy: 'Raise `timeout-minutes`, or set `on-timeout: leave`.',
  },
  timed_out_cancel_failed: {
    status: 'timed_out',
    meaning: '`timeout-minutes` passed; the task could not be canceled and may still be running.',
    remedy: 'Cancel it at `task-url`, and raise `timeout-minutes`.',
  },
  timed_out_left: {
    status: 'timed_out',
    meaning: '`timeout-minutes` passed; the task goes on.',
    remedy: 'Follow it at `task-url`, or re-run the job to attach to it.',
  },

  invalid_input: {
    status: 'refused',
    meaning: 'An input is missing or not valid.',
    remedy: 'Mend the input that the message names.',
  },
  missing_api_key: {
    status: 'refused',
    meaning: '`api-key` is empty.',
    remedy: 'Add the secret to the repository or organization and pass it as `api-key`.',
  },
  fork_without_secrets: {
    status: 'refused',
    meaning: 'The pull request comes from a fork, and GitHub gives such runs no secrets.',
    remedy: 'Let a maintainer start it: see docs/forks.md.',
  },
  permission_too_low: {
    status: 'refused',
    meaning: 'Whoever caused the event may not start the step: the role is below `permission`, or it is a bot.',
    remedy: 'Let somebody with that role do it: see docs/forks.md.',
  },
  no_repository: {
    status: 'refused',
    meaning: 'There is no repository to work on.',
    remedy: 'Check one out first, or set `repository`.',
  },
  changes_too_large: {
    status: 'refused',
    meaning: 'The local changes are larger than Rebyte takes (50 MiB).',
    remedy: 'Push them, or set `include-changes: off`.',
  },
  changes_failed: {
    status: 'refused',
    meaning: 'The local changes could not be packed.',
    remedy: 'Mend what the message names, or set `include-changes: off`.',
  },
  file_refused: {
    status: 'refused',
    meaning: 'A file from `files` or `prompt-file` cannot be sent.',
    remedy: 'Mend the path or pattern that the message names.',
  },
  head_moved: {
    status: 'refused',
    meaning: "The pull request's head has moved since the command was given, and `on-moved-head` is `refuse`.",
    remedy: 'Look at the new commits, then give the command again.',
  },
  invalid_api_key: {
    status: 'refused',
    meaning: 'Rebyte does not know this API key.',
    remedy: 'Make a new key and update the secret.',
  },
  insufficient_scopes: {
    status: 'refused',
    meaning: 'The API key lacks a scope.',
    remedy: 'Use a key that may do what the message names.',
  },
  agent_disabled: {
    status: 'refused',
    meaning: 'The executor is switched off for the organization.',
    remedy: 'Choose another `executor` or have it enabled.',
  },
  limit_exceeded: {
    status: 'refused',
    meaning: 'A limit of the organization is reached.',
    remedy: 'Free what the message names, or raise the limit.',
  },
  rejected: {
    status: 'refused',
    meaning: 'Rebyte refused the request.',
    remedy: 'Mend the field that the message names.',
  },
  not_found: {
    status: 'refused',
    meaning: 'The task, workspace or computer does not exist for this key.',
    remedy: 'Check the id and which organization the key belongs to.',
  },
  computer_failed: {
    status: 'refused',
    meaning: 'The Agent Computer could not be provisioned.',
    remedy: 'Look at it on Rebyte, or leave `computer` empty.',
  },

  unavailable: {
    status: 'failed',
    meaning: 'Rebyte could not be reached, or answered with an error of its own.',
    remedy: 'Re-run the job later.',
  },
  github_failed: {
    status: 'failed',
    meaning: 'GitHub refused what this step needs before it can start, or could not be reached.',
    remedy: 'Read the error: usually a `permissions:` entry is missing.',
  },
  submit_in_doubt: {
    status: 'lost',
    meaning: 'The connection broke while the task was being created; it may exist.',
    remedy: 'Look at your tasks on Rebyte before you re-run the job.',
  },
  lost: {
    status: 'lost',
    meaning: 'The task was started, but its outcome cannot be learned.',
    remedy: 'Look at it at `task-url`.',
  },
  runner_failed: {
    status: 'failed',
    meaning: 'The runner could not do what this step needs: its disk is full, or a file may not be read or written.',
    remedy: 'Mend on the runner what the message names.',
  },
  internal_error: { status: 'failed', meaning: 'A defect of this Action.', remedy: 'Please report it with the log.' },
} as const satisfies Record<string, { status: RunStatus; meaning: string; remedy: string }>;

export type ReasonCode = keyof typeof REASONS;

/** The reasons that end a run; the others only hand it over or try it out. */
export type SettledReason = {
  [Code in ReasonCode]: (typeof REASONS)[Code]['status'] extends SettledStatus ? Code : never;
}[ReasonCode];

/** The status that a reason implies. */
export function statusOf(reason: ReasonCode): RunStatus {
  return REASONS[reason].status;
}
