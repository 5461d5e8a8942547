import { InvalidResponseError } from './errors.ts';
import type { StreamMessage } from './stream-item.ts';

/** An event larger than this cannot be read, and the stream with it. In UTF-16 code units. */
export const MAX_EVENT_CHARS = 32 * 1024 * 1024;

/**
 * The messages of a text/event-stream body. Bytes are read only as fast as messages are taken.
 *
 * @throws InvalidResponseError for an event beyond `maxEventChars`.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* messagesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxEventChars = MAX_EVENT_CHARS,
): AsyncGenerator<StreamMessage, void, undefined> {
  // Not needed before a task exists, so not loaded before.
  const { createParser } = await import('eventsource-parser');
  let ready: StreamMessage[] = [];
  let tooLarge = false;
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: (message) => void ready.push(message),
    onError: (error) => void (tooLarge ||= error.type === 'max-buffer-size-exceeded'),
  });
  // Keeps characters whole across chunks, and drops a byte order mark.
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const messages = ready;
    ready = [];
    yield* messages;
    if (tooLarge) throw new InvalidResponseError(`an event is larger than ${maxEventChars} characters`);
  }
}
