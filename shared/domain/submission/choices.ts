import type { Command } from '../../model/command.ts';
import type { RepositoryConfig, TaskDefaults } from '../../model/repository-config.ts';
import { didYouMean } from '../../prompt/did-you-mean.ts';
import { CONFIG_PATH } from '../config/load-config.ts';

/** What a task is run with: by the command's flags, else the custom command, else the repository's defaults. */
export function choicesFor(command: Command, config: RepositoryConfig): TaskDefaults {
  const { flags } = command;
  const custom = config.commands.find(({ name }) => command.verb === 'custom' && name === command.custom)?.defaults;
  const usual = { ...config.defaults, ...custom };
  const { executor = usual.executor, computer = usual.computer, skills = usual.skills } = flags;
  // A default model belongs to the default executor; another executor knows its own.
  const model = flags.model ?? (executor === usual.executor ? usual.model : undefined);
  const { visibility } = usual;
  return {
    skills,
    ...(executor !== undefined && { executor }),
    ...(model !== undefined && { model }),
    ...(computer !== undefined && { computer }),
    ...(visibility !== undefined && { visibility }),
  };
}

/**
 * Why a computer may not be used, with the remedy; undefined when it may. All of the account's repositories share its
 * computers, with the files and logins on them, so who may write here does not choose among them: the config does.
 */
export function computerProblem(computer: string | undefined, { computers }: RepositoryConfig): string | undefined {
  if (computer === undefined || computers.includes(computer)) return undefined;
  const meant = didYouMean(computer, computers);
  const others = computers.length === 0 ? 'it allows none' : `it allows ${computers.map(code).join(', ')}`;
  const hint = meant === undefined ? '' : ` Did you mean ${code(meant)}?`;
  return `The Agent Computer ${code(computer)} is not allowed by this repository's configuration; ${others}.${hint} Leave \`--computer\` out, or add the name to \`computers\` in \`${CONFIG_PATH}\` of the default branch.`;
}

function code(name: string): string {
  return `\`${name.replaceAll('`', '')}\``;
}

/** Flags that a follow-up cannot honour, because its task has them already. */
export function ignoredByFollowUp({ flags }: Command): readonly string[] {
  return (['executor', 'model', 'branch', 'computer'] as const)
    .filter((name) => flags[name] !== undefined)
    .map((name) => `--${name}`);
}
