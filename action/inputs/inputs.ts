/** One input of the Action. This registry is the source of action.yml, the README's table and the parser's names. */
export interface InputSpec {
  readonly description: string;
  readonly default: string;
  readonly required?: true;
  /** The closed list of values, where there is one. */
  readonly choices?: readonly string[];
}

const list = 'separated by commas, spaces or new lines';

export const INPUTS = {
  'api-key': { description: 'Rebyte API key (`rbk_…`), from a secret.', default: '', required: true },
  'api-url': { description: 'Base URL of the Rebyte API.', default: 'https://api.rebyte.ai/v1' },
  prompt: {
    description:
      'What the agent is asked to do. At most 100,000 characters; Linux hands a step at most 128 KiB of inputs, so use `prompt-file` for long ones.',
    default: '',
  },
  'prompt-file': {
    description:
      'File in the workspace that holds the prompt, with `{{ variables }}` filled in (see docs/prompts.md); in events that strangers can cause, the file of that path on the default branch. One of `prompt` and `prompt-file`.',
    default: '',
  },
  executor: {
    description:
      '`claude`, `codex`, `gemini` or `opencode`. Empty: the default of Rebyte. Others are passed on with a warning.',
    default: '',
  },
  model: {
    description: 'Model for the executor. Empty: its default. Unknown ones are passed on with a warning.',
    default: '',
  },
  skills: { description: `Skill slugs, ${list}, e.g. \`deep-research, pdf\`.`, default: '' },
  'workspace-id': { description: 'Run in this Rebyte workspace instead of a new one.', default: '' },
  computer: {
    description: 'Run on this Agent Computer, by name or id. Created and awaited when no computer has that name.',
    default: '',
  },
  'task-id': {
    description:
      'Follow up on this task; without a prompt, wait for it. `auto`: the last task of this issue or pull request (with `comment-key`: under that key), else a new one. `new`: a new task even when the job is re-run. Empty: a new task, and a re-run attaches to the one it started.',
    default: '',
  },
  repository: { description: '`owner/repo` the agent works on. Empty: what is checked out.', default: '' },
  branch: { description: 'Branch the agent starts from. Empty: what is checked out.', default: '' },
  'include-changes': {
    description:
      '`auto`: commits and edits that the remote does not have travel along as a git bundle. `off`: they stay.',
    default: 'auto',
    choices: ['auto', 'off'],
  },
  files: {
    description:
      'Globs of files to send along, one per line; a line that starts with `!` excludes. They arrive in `/code/`.',
    default: '',
  },
  wait: {
    description: 'Wait for the task to end. `false`: start it and go on.',
    default: 'true',
    choices: ['true', 'false'],
  },
  'timeout-minutes': { description: 'How long to wait for the task, from the start of the step.', default: '30' },
  'on-timeout': {
    description: 'What happens to the task when the time is up: `cancel` or `leave` it running.',
    default: 'cancel',
    choices: ['cancel', 'leave'],
  },
  'fail-on': {
    description: `Which endings fail the step, ${list}: \`failed\`, \`canceled\`, \`timed_out\`, \`refused\`, \`lost\`; or \`never\`.`,
    default: 'failed canceled timed_out refused lost',
    choices: ['failed', 'canceled', 'timed_out', 'refused', 'lost', 'never'],
  },
  report: {
    description: `Where the result goes besides the job summary, ${list}: \`comment\`, \`check\`, \`issue\`. \`auto\`: a comment when the event has an issue or pull request and the token may write there. \`summary\`: the job summary alone.`,
    default: 'auto',
    choices: ['auto', 'summary', 'comment', 'check', 'issue', 'review'],
  },
  'comment-mode': {
    description: '`sticky`: one comment per thread and key, updated in place. `new`: one comment per run. `off`: none.',
    default: 'sticky',
    choices: ['sticky', 'new', 'off'],
  },
  'comment-key': {
    description:
      'Tells sticky comments (and checks) of one thread apart. Empty: one comment for each workflow file and job.',
    default: '',
  },
  'issue-title': {
    description: 'Title of the rolling issue. Empty: `Rebyte: ` and the name of the workflow.',
    default: '',
  },
  'issue-labels': { description: `Labels of the rolling issue, ${list}.`, default: 'rebyte' },
  visibility: {
    description:
      'Who may see the task on Rebyte: `private`, `shared` (the organization) or `public`. Empty: unchanged.',
    default: '',
    choices: ['private', 'shared', 'public'],
  },
  artifacts: {
    description: `Which artifacts of the task to download: name globs, ${list}; \`all\`, or \`none\` (they are still listed).`,
    default: 'none',
  },
  'artifacts-path': { description: 'Folder in the workspace for downloaded artifacts.', default: 'rebyte-artifacts' },
  permission: {
    description:
      'Lowest role on the repository that may start the step by a comment, a review or another event that strangers can cause too (see docs/forks.md): `read`, `triage`, `write`, `maintain` or `admin`, asked of GitHub. `none`: nobody is asked about.',
    default: 'write',
    choices: ['none', 'read', 'triage', 'write', 'maintain', 'admin'],
  },
  'allowed-bots': {
    description: `Bots that may start the step by such an event, ${list}, e.g. \`renovate\`. All others may not.`,
    default: '',
  },
  'github-token': {
    description: 'Token for comments, checks and issues, and for asking GitHub who may start the step.',
    default: '${{ github.token }}',
  },
  'dry-run': {
    description: 'Check everything, show what would be sent, send nothing.',
    default: 'false',
    choices: ['true', 'false'],
  },
} as const satisfies Record<string, InputSpec>;

export type InputName = keyof typeof INPUTS;

/** The outputs of the Action, by name. Every one is set on every ending, empty where it does not apply. */
export const OUTPUTS = {
  'task-id': "The task's id.",
  'task-url': 'Where the task can be watched.',
  'share-url': 'Public link; only with `visibility: public`.',
  'workspace-id': 'The workspace the task ran in; pass it on to run another task there.',
  'prompt-id': 'The id of the prompt that this step sent, when Rebyte tells it.',
  status:
    '`succeeded`, `failed`, `canceled`, `timed_out`, `refused`, `lost`, `running` (not waited for) or `skipped` (dry run).',
  'reason-code': 'Why it ended that way: one code of the closed list in docs/reason-codes.md.',
  result: "The agent's final text, at most 100 KiB of it.",
  'result-file': 'File with the whole final text.',
  'result-json': 'The JSON value in the final text (the whole text, or its last `json` block), if any.',
  artifacts: 'JSON list of `{name, size, path}`; `path` is empty for what was not downloaded.',
  'comment-url': 'The comment.',
  'issue-url': 'The rolling issue.',
  'check-url': 'The check run.',
  'duration-ms': 'From the start of the step to its end, in milliseconds.',
} as const satisfies Record<string, string>;

export type OutputName = keyof typeof OUTPUTS;
