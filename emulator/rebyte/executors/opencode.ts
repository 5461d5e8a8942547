import { event, type Executor, NOTHING } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/** opencode, `run --format json`; the message comes from piped stdin. */
export const opencode: Executor = {
  name: 'opencode',
  cli: 'opencode',
  install: 'npm install -g opencode-ai',
  arguments: (model) => ['run', '--format=json', ...(model === null ? [] : [`--model=${model}`])],
  environment: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_PERMISSION: '{"bash":"allow","edit":"allow"}' },
  translate(message) {
    const part = objectOf(message['part']);
    const state = objectOf(part['state']);
    switch (message['type']) {
      case 'text':
        return event('text', { content: textOf(part['text']) });
      case 'reasoning':
        return event('thinking', { content: textOf(part['text']) });
      case 'tool_use': // Told once, when the tool is through: call and result in one message.
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
        return { events: [], failure: errorText(objectOf(message['error'])) };
      default:
        return NOTHING;
    }
  },
};

function errorText(error: Readonly<Record<string, unknown>>): string {
  return (
    textOf(objectOf(error['data'])['message']) || textOf(error['message']) || textOf(error['name']) || 'opencode failed'
  );
}
