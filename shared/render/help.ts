import { VERBS, type Verb } from '../model/command.ts';
import type { RepositoryConfig, Role, TaskDefaults } from '../model/repository-config.ts';
import { inertLine } from './inert-line.ts';
import { inlineCode } from './inline.ts';

/** The person who asks. */
export interface HelpAsker {
  /** Their role on the repository. */
  readonly role: string;
  /** Whether they may use a command: one of the verbs, or one of the repository's own by its name. */
  may(command: string): boolean;
}

const MEANINGS: Readonly<Record<Verb, readonly [usage: string, meaning: string]>> = {
  run: [
    '<prompt>',
    'Do what the prompt says; in a thread that has a task, go on with it. `/rebyte run <prompt>` is the same.',
  ],
  ask: ['ask <question>', 'Answer without changing anything.'],
  review: ['review [prompt]', 'Review the pull request, or what the issue proposes.'],
  fix: ['fix [prompt]', 'Fix what the thread is about.'],
  status: ['status', 'Say how the run is doing.'],
  cancel: ['cancel', 'Cancel the run.'],
  retry: ['retry', 'Run the last command again.'],
  share: ['share', 'Make the task public and post its link.'],
  help: ['help', 'Show this.'],
};

const FLAGS: readonly (readonly [usage: string, meaning: string])[] = [
  ['--executor <name>', 'Which agent works.'],
  ['--model <name>', "The executor's model."],
  ['--skills <a,b>', 'Skills that it may use.'],
  ['--branch <name>', 'The branch to work on.'],
  ['--computer <name>', 'The Agent Computer to work on.'],
  ['--new', "A task of its own instead of the thread's."],
];

/**
 * What can be written in this repository, from its live config: the commands with who may use them and whether the asker
 * may, the flags, and what holds without them. Markdown.
 */
export function renderHelp(config: RepositoryConfig, asker: HelpAsker): string {
  return [
    'Begin a line with `/rebyte`. What follows, to the next command or the end of the comment, is the prompt.',
    commandsTable(config, asker),
    `Your role here is ${inlineCode(asker.role)}.${teams(config)}`,
    flagsTable(config.defaults),
    computersLine(config),
    'Flags stand before the prompt, on its line: `/rebyte fix --model="…" --new the failing test`.',
    limits(config),
  ].join('\n\n');
}

function commandsTable(config: RepositoryConfig, asker: HelpAsker): string {
  const own = config.commands.map(({ name, description, permission }) => ({
    name,
    usage: `${name} [text]`,
    meaning: cell(description),
    role: permission ?? config.permission,
  }));
  const builtIn = VERBS.filter((verb) => verb !== 'share' || config.share).map((verb) => {
    const [usage, meaning] = MEANINGS[verb];
    return { name: verb, usage, meaning, role: config.permissions[verb] ?? config.permission };
  });
  const rows = [...builtIn, ...own].map(
    ({ name, usage, meaning, role }) =>
      `| ${inlineCode(`/rebyte ${usage}`)} | ${meaning} | ${roleWords(role)} | ${asker.may(name) ? 'yes' : 'no'} |`,
  );
  return ['| Command | What it does | Who may | You |', '| :-- | :-- | :-- | :-- |', ...rows].join('\n');
}

function roleWords(role: Role): string {
  return role === 'admin' ? '`admin`' : `\`${role}\` and above`;
}

function teams({ allowedTeams, allowedBots }: RepositoryConfig): string {
  const parts = [
    allowedTeams.length === 0 ? '' : ` Members of ${list(allowedTeams)} may give every command whatever their role.`,
    allowedBots.length === 0 ? '' : ` Bots that may give commands: ${list(allowedBots)}.`,
  ];
  return parts.join('');
}

function flagsTable(defaults: TaskDefaults): string {
  const values = [defaults.executor, defaults.model, defaults.skills.join(','), undefined, defaults.computer];
  const rows = FLAGS.map(
    ([usage, meaning], index) => `| \`${usage}\` | ${meaning} | ${inlineCode(values[index] ?? '')} |`,
  );
  return ['| Flag | What it does | Here without it |', '| :-- | :-- | :-- |', ...rows].join('\n');
}

function computersLine({ computers }: RepositoryConfig): string {
  return computers.length === 0
    ? 'No Agent Computer may be named here; `computers` in `.github/rebyte.yml` allows them.'
    : `Runs may use the Agent Computers ${list(computers)}.`;
}

function limits({ budgets, timeoutMinutes, cancelOnClose }: RepositoryConfig): string {
  const closing = cancelOnClose ? ' Closing the issue or pull request cancels its runs.' : '';
  return `At most ${budgets.runsPerHourAndUser} runs an hour for each person and ${budgets.runsPerHour} for the repository; a run is canceled after ${timeoutMinutes} minutes.${closing}`;
}

function list(names: readonly string[]): string {
  return names.map((name) => inlineCode(name)).join(', ');
}

/** A person's words in a table cell. */
function cell(text: string): string {
  return inertLine(text.replaceAll('|', '\\|'));
}
