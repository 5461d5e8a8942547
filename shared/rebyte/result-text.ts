import { stringIn } from './decode.ts';
import type { TaskEvent } from './stream-item.ts';

/** How much of a result is kept, in UTF-16 code units. */
export const MAX_RESULT_CHARS = 1_000_000;

/** Gathers what could become a task's result from its events, in bounded memory. */
export class ResultText {
  #result = '';
  #text = '';
  #afterToolCall = false;
  #cut = false;

  add({ eventType, payload }: TaskEvent): void {
    if (eventType === 'text') this.#addText(stringIn(payload, 'content', 'text') ?? '');
    if (eventType === 'result') this.#result = stringIn(payload, 'result', 'content', 'text') || this.#result;
    if (eventType === 'tool_use' || eventType === 'tool_result') this.#afterToolCall = true;
  }

  /** The last `result` event's text. */
  get result(): string {
    return this.#result;
  }

  /** The text since the last tool call. */
  get closingText(): string {
    return this.#afterToolCall ? '' : this.#text;
  }

  /** The last text there was, tool calls after it or not. */
  get lastText(): string {
    return this.#text;
  }

  /** Whether `lastText` lost its end. */
  get cut(): boolean {
    return this.#cut;
  }

  #addText(text: string): void {
    if (text === '') return;
    if (this.#afterToolCall) {
      this.#text = '';
      this.#cut = false;
      this.#afterToolCall = false;
    }
    this.#cut ||= this.#text.length + text.length > MAX_RESULT_CHARS;
    this.#text += text.slice(0, MAX_RESULT_CHARS - this.#text.length);
  }
}

/** The text's start, at most MAX_RESULT_CHARS, never half a character. */
export function startOf(text: string): string {
  if (text.length <= MAX_RESULT_CHARS) return text;
  const last = text.charCodeAt(MAX_RESULT_CHARS - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, MAX_RESULT_CHARS - (splitsPair ? 1 : 0));
}
