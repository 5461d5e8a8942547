import type { ParsedCommands } from '../../model/command.ts';
import type { LabelTrigger, RepositoryConfig } from '../../model/repository-config.ts';
import type { Trigger } from '../../model/trigger.ts';
import { parseCommands } from '../commands/parse-commands.ts';

const NOTHING: ParsedCommands = { commands: [], problems: [] };

/**
 * Whether it is worth asking anybody anything about this trigger. Cheap, and without the configuration, whose own
 * commands look like a prompt until they are known; only a label says nothing without it.
 */
export function mayHoldCommands({ kind, text }: Trigger): boolean {
  if (kind === 'labeled') return true;
  if (!text.toLowerCase().includes('/rebyte')) return false;
  const { commands, problems } = parseCommands(text, { custom: [] });
  return commands.length + problems.length > 0;
}

/** What the trigger asks for: the commands of its text, or what the configuration has for its label. */
export function findCommands(trigger: Trigger, config: RepositoryConfig): ParsedCommands {
  if (trigger.kind === 'labeled') return commandOfLabel(trigger, config);
  return parseCommands(trigger.text, { custom: config.commands.map(({ name }) => name) });
}

function commandOfLabel({ label = '' }: Trigger, { labels }: RepositoryConfig): ParsedCommands {
  const named = labels.find((entry) => entry.label.toLowerCase() === label.toLowerCase());
  return named === undefined ? NOTHING : { commands: [commandOf(named)], problems: [] };
}

function commandOf({ prompt = '', command }: LabelTrigger): ParsedCommands['commands'][number] {
  if (command === undefined) return { position: 0, verb: 'run', prompt, flags: {} };
  return { position: 0, verb: 'custom', custom: command, prompt, flags: {} };
}
