import { event, type Executor, NOTHING, notice } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/** Gemini CLI, `--output-format stream-json`; piped stdin is the prompt and makes it headless. */
export const gemini: Executor = {
  name: 'gemini',
  cli: 'gemini',
  install: 'npm install -g @google/gemini-cli',
  arguments: ({ model, session, folders }) => [
    '--output-format=stream-json',
    '--approval-mode=yolo',
    ...folders.map((folder) => `--include-directories=${folder}`), // Its file tools stay inside what it is told.
    ...(model === null ? [] : [`--model=${model}`]),
    ...(session === undefined ? [] : [`--resume=${session}`]),
  ],
  environment: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  translate(line) {
    switch (line['type']) {
      case 'init':
        return { ...event('init', { model: line['model'] }), session: textOf(line['session_id']) };
      case 'message':
        return line['role'] === 'assistant' ? event('text', { content: textOf(line['content']) }) : NOTHING;
      case 'tool_use':
        return event('tool_use', { id: line['tool_id'], name: line['tool_name'], input: line['parameters'] });
      case 'tool_result':
        return event('tool_result', { id: line['tool_id'], output: textOf(line['output']) });
      case 'error':
        return notice(textOf(line['message']));
      case 'result':
        return line['status'] === 'success'
          ? NOTHING
          : { events: [], failure: textOf(objectOf(line['error'])['message']) || textOf(line['status']) };
      default:
        return NOTHING;
    }
  },
};
