import { REASONS, type SettledReason } from '../../model/reason.ts';

const RETRY = 'Comment `/rebyte retry` to try again.';
const ADMINISTRATOR = 'Whoever runs this App has to mend its Rebyte API key; then comment `/rebyte retry`.';

/** What to do next in a thread, where the reason's own remedy speaks of a workflow. */
const REMEDIES: Partial<Record<SettledReason, string>> = {
  task_failed: `Read the end of the task. ${RETRY}`,
  task_canceled: RETRY,
  timed_out_canceled:
    'Raise `timeout-minutes` in `.github/rebyte.yml`, or ask for less at once; then comment `/rebyte retry`.',
  invalid_input: `Mend what is named here; then comment \`/rebyte retry\`.`,
  missing_api_key: ADMINISTRATOR,
  invalid_api_key: ADMINISTRATOR,
  insufficient_scopes: ADMINISTRATOR,
  agent_disabled: 'Choose another one with `--executor`, or have it enabled on Rebyte.',
  limit_exceeded: 'Free what is named here on Rebyte, or raise the limit; then comment `/rebyte retry`.',
  head_moved: 'Look at the commits that are there now; then give the command again, or comment `/rebyte retry`.',
  rejected: 'Mend what is named here; then comment `/rebyte retry`.',
  not_found: 'Comment the command again with `--new` for a task of its own.',
  computer_failed: 'Look at the Agent Computer on Rebyte, or leave `computer` out; then comment `/rebyte retry`.',
  unavailable: RETRY,
  github_failed: 'Grant the App what is named here, or open the repository to it; then comment `/rebyte retry`.',
  submit_in_doubt: 'Look at your tasks on Rebyte: if it is not there, comment `/rebyte retry`.',
  lost: 'Look at the task on Rebyte. Comment `/rebyte retry` to start again.',
  internal_error: `Please report it to whoever runs this App. ${RETRY}`,
};

/** What the reason means, where its own words speak of a workflow. */
const MEANINGS: Partial<Record<SettledReason, string>> = {
  timed_out_canceled: 'It took longer than this repository allows, so the task was canceled.',
  missing_api_key: 'This account has no Rebyte API key.',
  internal_error: 'A defect of this App.',
};

/** What happened and what to do next, in words that fit a thread. */
export function appWords(reason: SettledReason): { readonly meaning: string; readonly remedy: string } {
  return { meaning: MEANINGS[reason] ?? REASONS[reason].meaning, remedy: REMEDIES[reason] ?? REASONS[reason].remedy };
}
