import type { Masks } from './masks.ts';
import { parseWorkflowCommand, type WorkflowCommand } from './workflow-command.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** e.g. `file`, `line`, `title`, as the command gave them. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Takes a step's output line by line, does what its workflow commands say and keeps the log. */
export class StepOutput {
  /** The commands that took effect, in order. */
  readonly commands: WorkflowCommand[] = [];
  readonly annotations: Annotation[] = [];
  /** Set by the deprecated `::set-output`. */
  readonly outputs: Record<string, string> = {};
  readonly #masks: Masks;
  readonly #onLine: (line: string) => void;
  readonly #log: string[] = [];
  #resumeToken: string | undefined;
  #failed = false;

  constructor(masks: Masks, onLine: (line: string) => void) {
    this.#masks = masks;
    this.#onLine = onLine;
  }

  /** True when a command fails the step whatever its exit code. */
  get failed(): boolean {
    return this.#failed;
  }

  /** What the log shows: masked, each line ended. */
  get log(): string {
    return this.#log.join('');
  }

  /** A line the step wrote: a command, or text. */
  read(line: string): void {
    const command = parseWorkflowCommand(line, this.#resumeToken);
    if (this.#resumeToken !== undefined) {
      if (command?.name === this.#resumeToken.toLowerCase()) this.#resumeToken = undefined;
      this.write(line);
    } else if (command) this.#obey(command, line);
    else this.write(line);
  }

  /** A line the runner writes: never a command. */
  write(text: string): void {
    const line = this.#masks.hide(text);
    this.#log.push(`${line}\n`);
    this.#onLine(line);
  }

  annotate(annotation: Annotation): void {
    this.annotations.push({ ...annotation, message: this.#masks.hide(annotation.message) });
    this.write(`##[${annotation.level}]${annotation.message}`);
  }

  /** An error the runner has to report about the step. */
  error(message: string): void {
    this.annotate({ level: 'error', message, properties: {} });
  }

  #obey(command: WorkflowCommand, line: string): void {
    this.commands.push(command);
    const { name, properties, data } = command;
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        return this.annotate({ level: name, message: data, properties });
      case 'group':
      case 'endgroup':
        return this.write(`##[${name}]${data}`);
      case 'add-mask':
        return this.#masks.add(data);
      case 'stop-commands':
        return this.#stop(data, line);
      case 'set-output':
        if (properties.name) this.outputs[properties.name] = data;
        return;
      case 'set-env':
      case 'add-path':
        return this.#fail(`The \`${name}\` command is disabled. Please upgrade to using Environment Files.`);
      default:
      // debug, echo, save-state and the matchers change nothing that a log or a result would show.
    }
  }

  #stop(token: string, line: string): void {
    // A token that is nothing, or a command, would make resuming ambiguous.
    if (token === '' || parseWorkflowCommand(`::${token}::`))
      return this.#fail(`Invalid stop-commands token '${token}'.`);
    this.#resumeToken = token;
    this.write(line);
  }

  #fail(message: string): void {
    this.#failed = true;
    this.error(message);
  }
}
