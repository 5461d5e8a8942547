import type { Command } from '../../model/command.ts';
import type { RepositoryConfig, TaskDefaults } from '../../model/repository-config.ts';

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

/** Flags that a follow-up cannot honour, because its task has them already. */
export function ignoredByFollowUp({ flags }: Command): readonly string[] {
  return (['executor', 'model', 'branch', 'computer'] as const)
    .filter((name) => flags[name] !== undefined)
    .map((name) => `--${name}`);
}
