import { type Fields, fieldsOf, parseJson, stringIn } from './decode.ts';
import { finalStatus } from './task-status.ts';

/** Something the agent did. Known types: init, thinking, text, tool_use, tool_result, result; unknown ones pass through. */
export interface TaskEvent {
  readonly eventType: string;
  readonly payload: Fields;
  readonly seq?: number;
  /** A stable identity across replays, where the server gives one. */
  readonly eventKey?: string;
  readonly promptId?: string;
  readonly timestamp?: string | number;
}

/** The end of the prompt. `finalResult` can be missing although text was streamed. */
export interface TaskDone {
  /** succeeded, failed or canceled; others may come. */
  readonly status: string;
  readonly finalResult?: string;
  readonly lastSeq?: number;
}

export type TaskStreamItem =
  { readonly type: 'event'; readonly event: TaskEvent } | ({ readonly type: 'done' } & TaskDone);

/** One message of the stream, as the SSE parser gives it. */
export interface StreamMessage {
  readonly event?: string | undefined;
  readonly data: string;
}

/**
 * Reads a message. Nothing is refused: one of another name becomes an event of that type, data that is not JSON is
 * kept as `payload.raw`. Undefined for a `done` that cannot be read, which says less than the task's own status.
 */
export function itemFrom({ event: name = 'event', data }: StreamMessage): TaskStreamItem | undefined {
  const value = parseJson(data);
  const fields = fieldsOf(value);
  if (name === 'done') return doneFrom(fields);
  if (name === 'event') return { type: 'event', event: eventFrom(fields, data) };
  const payload = Object.keys(fields).length > 0 ? fields : { raw: data };
  return { type: 'event', event: { eventType: name, payload } };
}

function doneFrom(fields: Fields): TaskStreamItem | undefined {
  const status = stringIn(fields, 'status');
  if (status === undefined) return undefined;
  const finalResult = stringIn(fields, 'finalResult');
  const { lastSeq } = fields;
  return {
    type: 'done',
    status: finalStatus(status) ?? status,
    ...(finalResult === undefined ? {} : { finalResult }),
    ...(typeof lastSeq === 'number' ? { lastSeq } : {}),
  };
}

function eventFrom(fields: Fields, data: string): TaskEvent {
  const { payload, seq, timestamp } = fields;
  const eventKey = stringIn(fields, 'eventKey');
  const promptId = stringIn(fields, 'promptId');
  return {
    eventType: stringIn(fields, 'eventType') ?? 'unknown',
    payload: payload === undefined ? { raw: data } : fieldsOf(payload),
    ...(typeof seq === 'number' ? { seq } : {}),
    ...(eventKey === undefined ? {} : { eventKey }),
    ...(promptId === undefined ? {} : { promptId }),
    ...(typeof timestamp === 'string' || typeof timestamp === 'number' ? { timestamp } : {}),
  };
}
