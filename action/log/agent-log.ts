import { lookUp, text } from '../event.ts';
import { logLines } from './inert-text.ts';
import type { WorkflowLog } from './workflow-log.ts';

/** The part of the client's stream event that the log shows. */
export interface AgentEvent {
  readonly eventType: string;
  readonly payload: unknown;
}

/** Per event and for the whole run; beyond, the log says where the rest is. GitHub keeps huge logs badly. */
const MAX_EVENT_CHARS = 20_000;
const MAX_LOG_CHARS = 8_000_000;
/** Of a tool's name, and of what it is called with, in a group's title. */
const MAX_TITLE_CHARS = 120;
/** A text that never ends its line is written out at this length, or after this time: a lone sentence is to be seen. */
const MAX_PENDING_CHARS = 4_000;
const MAX_PENDING_MS = 1_000;

/**
 * Shows the agent at work: its words as plain lines, each tool call in a group of its own with its input and output.
 * Agents may send text in fragments, so lines are put together before they are printed.
 */
export class AgentLog {
  readonly #log: WorkflowLog;
  readonly #maxPendingMs: number;
  #timer: NodeJS.Timeout | undefined;
  #pending = '';
  #written = 0;
  #overflown = false;

  /** @param maxPendingMs how long a line without an end is held back, in ms; default 1 s. */
  constructor(log: WorkflowLog, maxPendingMs: number = MAX_PENDING_MS) {
    this.#log = log;
    this.#maxPendingMs = maxPendingMs;
  }

  async show(event: AgentEvent): Promise<void> {
    const { eventType, payload } = event;
    if (eventType === 'text' || eventType === 'thinking')
      return this.#append(firstText(payload, ['content', 'text', 'thinking']));
    await this.#flush();
    if (eventType === 'tool_use') return this.#openTool(payload);
    if (eventType === 'tool_result') return this.#closeTool(payload);
    // The final result goes to the summary and the outputs; here it would be told twice.
    if (eventType === 'result' || eventType === 'init') return;
    // A kind of event that this version does not know: its words, if it has any, else all of it.
    const words = firstText(payload, ['content', 'text', 'message']);
    await this.#write(`[${eventType}] ${words === '' ? JSON.stringify(payload) : words}`);
  }

  async end(): Promise<void> {
    await this.#flush();
    this.#log.closeGroup();
  }

  async #append(fragment: string): Promise<void> {
    this.#log.closeGroup();
    this.#pending += fragment;
    const end = Math.max(this.#pending.lastIndexOf('\n'), this.#pending.lastIndexOf('\r'));
    if (end >= 0) {
      const whole = this.#pending.slice(0, end);
      this.#pending = this.#pending.slice(end + 1);
      await this.#write(whole);
    }
    if (this.#pending.length > MAX_PENDING_CHARS) return this.#flush();
    if (this.#pending !== '') this.#timer ??= setTimeout(() => void this.#flush(), this.#maxPendingMs).unref();
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === '') return;
    const rest = this.#pending;
    this.#pending = '';
    await this.#write(rest);
  }

  async #openTool(payload: unknown): Promise<void> {
    const name = firstText(payload, ['name', 'tool_name']) || 'tool';
    const input = lookUp(payload, 'input') ?? lookUp(payload, 'params') ?? '';
    const shown = typeof input === 'string' ? input : headline(input);
    const title = [name, shown].map((words) => logLines(this.#log.maskedStart(words, MAX_TITLE_CHARS))[0]).join(' ');
    this.#log.openGroup(title.trim());
    await this.#write(typeof input === 'string' ? input : JSON.stringify(input, null, 2));
  }

  async #closeTool(payload: unknown): Promise<void> {
    const output = lookUp(payload, 'output') ?? lookUp(payload, 'content') ?? '';
    await this.#write(typeof output === 'string' ? output : JSON.stringify(output, null, 2));
    this.#log.closeGroup();
  }

  async #write(words: string): Promise<void> {
    if (words === '' || this.#overflown) return;
    const cut =
      words.length > MAX_EVENT_CHARS
        ? `${this.#log.maskedStart(words, MAX_EVENT_CHARS)}\n… (${words.length} characters)`
        : words;
    this.#written += cut.length;
    if (this.#written > MAX_LOG_CHARS) {
      this.#overflown = true;
      this.#log.closeGroup();
      this.#log.notice('The agent has printed more than the log should hold; the rest is at the task on Rebyte.');
      return;
    }
    for (const line of logLines(cut)) await this.#log.foreign(line);
  }
}

function firstText(payload: unknown, keys: readonly string[]): string {
  for (const key of keys) {
    const found = text(payload, key);
    if (found !== '') return found;
  }
  return '';
}

/** What a person wants to see of a tool call: its command or file. */
function headline(input: unknown): string {
  return firstText(input, ['command', 'cmd', 'file_path', 'path', 'pattern', 'url', 'query', 'description']);
}
