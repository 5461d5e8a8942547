import { type Executor, type Json, message, NOTHING, type Translation } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/**
 * opencode, `run --format json`; the message comes from piped stdin. What it is not allowed beforehand it would ask
 * for, and asking without a terminal is a refusal.
 */
export const opencode: Executor = {
  name: 'opencode',
  cli: 'opencode',
  install: 'npm install -g opencode-ai',
  arguments: ({ model, session }) => [
    'run',
    '--format=json',
    ...(model === null ? [] : [`--model=${model}`]),
    ...(session === undefined ? [] : [`--session=${session}`]),
  ],
  environment: {
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_PERMISSION: '{"bash":"allow","edit":"allow","webfetch":"allow","external_directory":"allow"}',
  },
  translate(line) {
    const translation = translatePart(line, objectOf(line['part']));
    return typeof line['sessionID'] === 'string' ? { ...translation, session: line['sessionID'] } : translation;
  },
};

function translatePart(line: Json, part: Json): Translation {
  const state = objectOf(part['state']);
  switch (line['type']) {
    case 'text':
      return { events: [message('text', textOf(part['text']))] };
    case 'reasoning':
      return { events: [message('thinking', textOf(part['text']))] };
    case 'tool_use': // Told once, when the tool is through: call and result in one line.
      return {
        events: [
          { eventType: 'tool_use', payload: { id: part['callID'], name: part['tool'], input: state['input'] } },
          {
            eventType: 'tool_result',
            payload: { id: part['callID'], output: textOf(state['output'] ?? state['error']) },
          },
        ],
      };
    case 'error':
      return { events: [], failure: errorText(objectOf(line['error'])) };
    default:
      return NOTHING;
  }
}

function errorText(error: Json): string {
  return (
    textOf(objectOf(error['data'])['message']) || textOf(error['message']) || textOf(error['name']) || 'opencode failed'
  );
}
