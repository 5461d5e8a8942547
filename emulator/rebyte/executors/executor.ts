/** Who can run a prompt. `demo` is the emulator's own; the others are agent CLIs looked for on PATH. */
export const EXECUTOR_NAMES = ['demo', 'claude', 'codex', 'gemini', 'opencode'] as const;
export type ExecutorName = (typeof EXECUTOR_NAMES)[number];

export function isExecutorName(name: string): name is ExecutorName {
  return EXECUTOR_NAMES.some((known) => known === name);
}

/** An event as it goes into the stream, but for its envelope. */
export interface AgentEvent {
  readonly eventType: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What one line of an agent's output means. */
export interface Translation {
  readonly events: readonly AgentEvent[];
  /** Set when the line says that the run failed, whatever the exit code will be. */
  readonly failure?: string;
  /** Set when the line names the CLI's own conversation, which a follow-up goes on with. */
  readonly session?: string;
}

/** What differs from run to run. */
export interface Invocation {
  /** Null: the CLI's own default. */
  readonly model: string | null;
  /** The conversation to go on with, as an earlier run of the same executor named it. Undefined starts a new one. */
  readonly session: string | undefined;
  /** Where the agent reads and writes besides its working directory: the files that came along, the artifacts. */
  readonly folders: readonly string[];
}

export type Json = Readonly<Record<string, unknown>>;

/** How to run one kind of agent. The prompt always goes in by stdin: as an argument it could be taken for an option, and Linux takes no argument above 128 KiB. */
export interface Executor {
  readonly name: ExecutorName;
  /** What to look for on PATH; undefined for the agent that is built in. */
  readonly cli?: string;
  /** Said when the CLI is not there. */
  readonly install?: string;
  arguments(invocation: Invocation): readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Translates one JSON line; a line that is no JSON object becomes a text event before it gets here. */
  translate(message: Json): Translation;
}

export const NOTHING: Translation = { events: [] };

/**
 * What a CLI says about itself (retries, warnings), as opposed to what the agent says: shown, and no part of the
 * answer. The API's list of event types is open, so a client passes it through.
 */
export function notice(content: string): Translation {
  return event('notice', { content });
}

/** A whole message of the agent's; it ends its line, for clients put consecutive texts together as they come. */
export function message(eventType: 'text' | 'thinking', content: string): AgentEvent {
  return { eventType, payload: { content: `${content}\n` } };
}

/** A translation into one event. */
export function event(eventType: string, payload: Json): Translation {
  return { events: [{ eventType, payload }] };
}
