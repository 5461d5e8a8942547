import type { RepositoryConfig } from '../../model/repository-config.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { nothingToDoInstruction } from '../../prompt/nothing-to-do-instruction.ts';
import { fillTemplate } from '../../prompt/template.ts';

export type Instructions =
  { readonly kind: 'written'; readonly text: string } | { readonly kind: 'refused'; readonly message: string };

/** What the agent is told to do: the verb's own words, then the commander's, verbatim. */
export function instructionsFor(run: RunRecord, config: RepositoryConfig): Instructions {
  const words = run.command.verb === 'custom' ? customWords(run, config) : written(verbWords(run));
  if (words.kind === 'refused' || run.target.kind === 'thread') return words;
  return written(`${words.text}\n\n${nothingToDoInstruction()}`);
}

function written(text: string): Instructions {
  return { kind: 'written', text };
}

function verbWords({ command, trigger }: RunRecord): string {
  const words = command.prompt.trim();
  const thread = `${trigger.isPullRequest ? 'pull request' : 'issue'} #${trigger.thread.number}`;
  switch (command.verb) {
    case 'ask':
      return join('Answer this question. Change no files, commit nothing and push nothing.', words || about(thread));
    case 'review':
      return join(reviewWords(thread, trigger.isPullRequest), words);
    case 'fix':
      return join(fixWords(thread, trigger.isPullRequest), words);
    default:
      return words || `Do what ${thread} asks for.`;
  }
}

function about(thread: string): string {
  return `What is ${thread} about, and what would you do about it?`;
}

function reviewWords(thread: string, isPullRequest: boolean): string {
  const what = isPullRequest
    ? `Review ${thread}: read its changes against the base branch, and the code around them.`
    : `Review what ${thread} proposes against the code as it is.`;
  return `${what} Report what is wrong or risky, the worst first, each with its file and line and what to do instead; say so when you find nothing. Change no files, commit nothing, push nothing, and neither approve nor reject.`;
}

function fixWords(thread: string, isPullRequest: boolean): string {
  const where = isPullRequest
    ? "Commit to the pull request's own branch and push it"
    : 'Work on a branch of its own and open a pull request that refers to the issue';
  return `Fix what ${thread} is about, and prove it with a test where one fits. ${where}; if you cannot push, show the changes as a patch.`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function customWords({ command }: RunRecord, config: RepositoryConfig): Instructions {
  const custom = config.commands.find(({ name }) => name === command.custom);
  if (custom === undefined)
    return { kind: 'refused', message: `\`.github/rebyte.yml\` has no command "${command.custom ?? ''}" any more.` };
  const input = command.prompt.trim();
  const filled = fillTemplate(custom.prompt, { input });
  if (filled.kind === 'unknown_variable')
    return { kind: 'refused', message: `Command "${custom.name}" in \`.github/rebyte.yml\`: ${filled.message}` };
  // Nobody's words get lost because a template has no place for them.
  const hasPlace = filled.text !== custom.prompt;
  return written(hasPlace ? filled.text : join(filled.text, input));
}
