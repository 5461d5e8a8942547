import type { AgentEvent, Translation } from './executors/executor.ts';
import { textOf } from './executors/json-value.ts';

/** The final text is an answer for people; what is longer than this is cut at the front. */
const MAX_CHARS = 1_000_000;

/** Collects what an agent's events say in the end: the last `result`, else the text since the last tool call. */
export class Answer {
  #result: string | undefined;
  #said: string[] = [];
  #saidChars = 0;
  #failure: string | undefined;
  #session: string | undefined;
  #spoken = false;
  #notice = '';

  add({ events, failure, session }: Translation): void {
    if (session) this.#session = session;
    if (failure !== undefined) this.#failure = failure || 'the agent failed without saying why';
    for (const event of events) this.#take(event);
  }

  text(): string {
    return this.#result ?? this.#said.join('').slice(-MAX_CHARS).trim();
  }

  /** Why the agent says it failed, if it does. */
  failure(): string | undefined {
    return this.#failure;
  }

  /** What the CLI said last about itself; empty when nothing. */
  notice(): string {
    return this.#notice;
  }

  /** The CLI's own conversation, once the agent has spoken in it: gemini keeps none before, and could not resume it. */
  session(): string | undefined {
    return this.#spoken ? this.#session : undefined;
  }

  #take({ eventType, payload }: AgentEvent): void {
    this.#spoken ||= eventType === 'text' || eventType === 'tool_use';
    if (eventType === 'tool_use' || eventType === 'tool_result') {
      this.#said = [];
      this.#saidChars = 0;
    }
    if (eventType === 'notice') this.#notice = textOf(payload['content']);
    if (eventType === 'text') this.#say(textOf(payload['content']));
    if (eventType === 'result') this.#result = textOf(payload['result']).slice(-MAX_CHARS);
  }

  #say(text: string): void {
    this.#said.push(text);
    this.#saidChars += text.length;
    if (this.#saidChars < 2 * MAX_CHARS) return;
    // Now and then, not at each event: cutting copies the megabyte.
    this.#said = [this.#said.join('').slice(-MAX_CHARS)];
    this.#saidChars = MAX_CHARS;
  }
}
