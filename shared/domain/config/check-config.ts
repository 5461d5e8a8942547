import { VERBS } from '../../model/command.ts';
import type { RepositoryConfig } from '../../model/repository-config.ts';
import { fillTemplate } from '../../prompt/template.ts';
import { scheduleProblem } from '../due-schedules.ts';
import { hint, nameOf, type PlacedProblem } from './problem-of.ts';

/** What single keys cannot say: names that clash, work that is missing or named twice, times that never come. */
export function checkConfig(config: RepositoryConfig): PlacedProblem[] {
  return [...commandProblems(config), ...labelProblems(config), ...scheduleProblems(config)];
}

function commandProblems({ commands }: RepositoryConfig): PlacedProblem[] {
  return commands.flatMap(({ name, prompt }) => {
    const problems: PlacedProblem[] = [];
    if (VERBS.some((verb) => verb === name))
      problems.push({
        path: ['commands', name],
        message: `\`${name}\` is a command that everybody has. Give your own another name.`,
      });
    const filled = fillTemplate(prompt, { input: '' });
    if (filled.kind === 'unknown_variable')
      problems.push({ path: ['commands', name, 'prompt'], message: `The prompt of \`${name}\`: ${filled.message}` });
    return problems;
  });
}

function labelProblems(config: RepositoryConfig): PlacedProblem[] {
  return config.labels.flatMap((trigger) => workProblems(config, ['labels', trigger.label], trigger));
}

function scheduleProblems(config: RepositoryConfig): PlacedProblem[] {
  return config.schedules.flatMap((schedule) => {
    const path = ['schedules', schedule.name];
    const time = scheduleProblem(schedule);
    const problems = workProblems(config, path, schedule);
    return time === undefined
      ? problems
      : [{ path: [...path, 'cron'], message: `${nameOf(path)}: ${time}` }, ...problems];
  });
}

function workProblems(
  { commands }: RepositoryConfig,
  path: readonly string[],
  { prompt, command }: { readonly prompt?: string; readonly command?: string },
): PlacedProblem[] {
  const place = nameOf(path);
  if (prompt === undefined && command === undefined)
    return [{ path, message: `${place} has nothing to do. Add a \`prompt\`, or the \`command\` it runs.` }];
  if (prompt !== undefined && command !== undefined)
    return [{ path, message: `${place} has both \`prompt\` and \`command\`. Leave one of them out.` }];
  const names = commands.map(({ name }) => name);
  if (command === undefined || names.includes(command)) return [];
  const remedy = hint(command, names) || 'Add it to `commands`, or write a `prompt`.';
  return [
    {
      path: [...path, 'command'],
      message: `${place} names the command \`${command}\`, which does not exist. ${remedy}`,
    },
  ];
}
