import { RUNNING_VERBS, type Command, type CommandFlags, type ParsedCommands, type Verb } from '../../model/command.ts';
import { commandLines, type CommandLine } from './command-lines.ts';
import { readHead, type Head } from './read-head.ts';

/** So that one comment cannot ask for thousands of answers. */
export const MAX_COMMANDS = 10;

const STANDALONE: readonly string[] = ['status', 'cancel', 'retry', 'share', 'help'] satisfies Verb[];

type Outcome =
  | { readonly kind: 'command'; readonly command: Omit<Command, 'position'> }
  | { readonly kind: 'problem'; readonly message: string };

/**
 * The commands of a comment, in order. A command is a line that begins with `/rebyte` (commandLines says where one
 * counts); what follows, to the next command or the end, is its prompt: verbatim, without blank lines around it.
 *
 *     /rebyte [verb] [--flag value …] [--] prompt
 *
 * Every command has its position, also one that cannot be carried out as written: that one is in `problems` instead.
 * Takes time linear in the text's length and never throws.
 *
 * @param options.custom names of the repository's own commands, which are verbs too.
 */
export function parseCommands(text: string, options: { custom: readonly string[] }): ParsedCommands {
  const commands: Command[] = [];
  const problems: { position: number; message: string }[] = [];
  const lines = commandLines(text);
  for (const [position, line] of lines.slice(0, MAX_COMMANDS).entries()) {
    const outcome = readCommand(text, { line, end: lines[position + 1]?.from ?? text.length, custom: options.custom });
    if (outcome.kind === 'command') commands.push({ position, ...outcome.command });
    else problems.push({ position, message: outcome.message });
  }
  if (lines.length > MAX_COMMANDS) problems.push({ position: MAX_COMMANDS, message: tooMany(lines.length) });
  return { commands, problems };
}

function readCommand(text: string, at: { line: CommandLine; end: number; custom: readonly string[] }): Outcome {
  const { line, end, custom } = at;
  if (line.quoted) return { kind: 'problem', message: QUOTED };
  const head = readHead(text.slice(line.headFrom, line.to), { custom });
  const prompt = promptText(text.slice(line.headFrom + head.end, end));
  const verb = head.verb ?? (prompt === '' && isEmpty(head.flags) ? 'help' : 'run');
  const sameLine = text.slice(line.headFrom + head.end, line.to).trim();
  const message = [...head.problems, ...misuse({ verb, head, sameLine })][0];
  if (message !== undefined) return { kind: 'problem', message };
  const { flags } = head;
  return {
    kind: 'command',
    command: { verb, ...(head.custom !== undefined && { custom: head.custom }), prompt, flags },
  };
}

function misuse(command: { verb: Verb | 'custom'; head: Head; sameLine: string }): string[] {
  const { verb, head, sameLine } = command;
  if (!STANDALONE.includes(verb)) return [];
  if (sameLine !== '')
    return [
      `\`/rebyte ${verb}\` stands alone on its line. Leave out the text behind it, or write \`/rebyte run ${verb} …\` to send it as a prompt.`,
    ];
  if (isEmpty(head.flags)) return [];
  return [`\`/rebyte ${verb}\` takes no flags; they are for ${RUNNING_VERBS.map(quote).join(', ')}. Leave them out.`];
}

function isEmpty(flags: CommandFlags): boolean {
  return Object.keys(flags).length === 0;
}

/** Without blank lines around it; an indented first line of its own keeps its indent, which may make it code. */
function promptText(text: string): string {
  const trimmed = text.trimEnd();
  const start = trimmed.search(/\S/);
  if (start === -1) return '';
  const lineStart = trimmed.slice(0, start).search(/[^\r\n]*$/);
  return trimmed.slice(lineStart === 0 ? start : lineStart);
}

function quote(verb: string): string {
  return `\`${verb}\``;
}

const QUOTED =
  'A line with `/rebyte` right below a quote belongs to the quote in Markdown, so it was not carried out. Put an empty line between them in a new comment.';

function tooMany(count: number): string {
  return `A comment may hold ${MAX_COMMANDS} commands; this one has ${count}, and the rest was left out. Write them in another comment.`;
}
