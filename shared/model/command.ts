/** The verbs of `/rebyte`. A repository's own commands come beside them, by name, as `custom`. */
export const VERBS = ['run', 'ask', 'review', 'fix', 'status', 'cancel', 'retry', 'share', 'help'] as const;
export type Verb = (typeof VERBS)[number];

/** Verbs that create a run; the others act on one that exists, or only answer. */
export const RUNNING_VERBS = ['run', 'ask', 'review', 'fix'] as const satisfies readonly Verb[];

export interface CommandFlags {
  readonly executor?: string;
  readonly model?: string;
  readonly skills?: readonly string[];
  readonly branch?: string;
  readonly computer?: string;
  /** `--new`: a task of its own even when the thread has one. */
  readonly new?: boolean;
}

/** One command of a text. */
export interface Command {
  /** Counted from 0 among the commands of its text. */
  readonly position: number;
  readonly verb: Verb | 'custom';
  /** Name of the repository's own command, for `custom`. */
  readonly custom?: string;
  /** What follows, verbatim, to the next command or the end; code blocks included. '' when nothing follows. */
  readonly prompt: string;
  readonly flags: CommandFlags;
}

/** A command that cannot be carried out as written; `message` names the thing and, where it can, what was meant. */
export interface CommandProblem {
  readonly position: number;
  readonly message: string;
}

export interface ParsedCommands {
  readonly commands: readonly Command[];
  readonly problems: readonly CommandProblem[];
}
