import { event, type Executor, NOTHING } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/** Gemini CLI, `--output-format stream-json`; piped stdin is the prompt and makes it headless. */
export const gemini: Executor = {
  name: 'gemini',
  cli: 'gemini',
  install: 'npm install -g @google/gemini-cli',
  arguments: (model) => [
    '--output-format=stream-json',
    '--approval-mode=yolo',
    ...(model === null ? [] : [`--model=${model}`]),
  ],
  environment: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  translate(message) {
    switch (message['type']) {
      case 'init':
        return event('init', { model: message['model'] });
      case 'message':
        return message['role'] === 'assistant' ? event('text', { content: textOf(message['content']) }) : NOTHING;
      case 'tool_use':
        return event('tool_use', { id: message['tool_id'], name: message['tool_name'], input: message['parameters'] });
      case 'tool_result':
        return event('tool_result', { id: message['tool_id'], output: textOf(message['output']) });
      case 'error':
        return event('text', { content: textOf(message['message']) });
      case 'result':
        return message['status'] === 'success'
          ? NOTHING
          : { events: [], failure: textOf(objectOf(message['error'])['message']) || textOf(message['status']) };
      default:
        return NOTHING;
    }
  },
};
