import {
  type AgentEvent,
  event,
  type Executor,
  type Json,
  message,
  NOTHING,
  notice,
  type Translation,
} from './executor.ts';
import { listOf, objectOf, textOf } from './json-value.ts';

/**
 * Claude Code, `--output-format stream-json`. Tools are allowed by name because it refuses
 * `--dangerously-skip-permissions` as root; without them a tool call is denied and the run still "succeeds".
 */
export const claude: Executor = {
  name: 'claude',
  cli: 'claude',
  install: 'npm install -g @anthropic-ai/claude-code',
  arguments: ({ model, session }) => [
    '--print',
    '--output-format=stream-json',
    '--verbose',
    '--permission-mode=acceptEdits',
    '--allowedTools=Bash,Edit,Write,Read,Glob,Grep,WebFetch,WebSearch,TodoWrite,NotebookEdit',
    ...(model === null ? [] : [`--model=${model}`]),
    ...(session === undefined ? [] : [`--resume=${session}`]),
  ],
  environment: { DISABLE_AUTOUPDATER: '1' },
  translate(line) {
    switch (line['type']) {
      case 'system':
        return systemNews(line);
      case 'assistant':
      case 'user':
        return { events: listOf(objectOf(line['message'])['content']).flatMap(blockEvent) };
      case 'result':
        return resultOf(line);
      default:
        return NOTHING;
    }
  },
};

function systemNews(line: Json): Translation {
  switch (line['subtype']) {
    case 'init':
      return { ...event('init', { cwd: line['cwd'], model: line['model'] }), session: textOf(line['session_id']) };
    case 'api_retry': // Ten times with growing pauses, for a wrong key as well: minutes that would be silent.
      return notice(
        `${apiTrouble(line)}; retry ${textOf(line['attempt'])} of ${textOf(line['max_retries'])} ` +
          `in ${Math.ceil(Number(line['retry_delay_ms']) / 1_000)} s`,
      );
    default:
      return NOTHING;
  }
}

function apiTrouble(line: Json): string {
  const status = textOf(line['error_status']);
  return status === '' ? 'The API was not reached' : `API error ${status} (${textOf(line['error'])})`;
}

function blockEvent(block: Json): AgentEvent[] {
  switch (block['type']) {
    case 'thinking':
      return [message('thinking', textOf(block['thinking']))];
    case 'text':
      return [message('text', textOf(block['text']))];
    case 'tool_use':
      return [{ eventType: 'tool_use', payload: { id: block['id'], name: block['name'], input: block['input'] } }];
    case 'tool_result':
      return [{ eventType: 'tool_result', payload: { id: block['tool_use_id'], output: blockText(block['content']) } }];
    default:
      return [];
  }
}

function blockText(content: unknown): string {
  return Array.isArray(content)
    ? listOf(content)
        .map((part) => textOf(part['text']))
        .join('')
    : textOf(content);
}

/** A failed API call comes as `subtype: "success", is_error: true`: only `is_error` tells. */
function resultOf(line: Json): Translation {
  const result = textOf(line['result']);
  const translation = event('result', { result, usage: line['usage'] });
  return line['is_error'] === true ? { ...translation, failure: result || textOf(line['subtype']) } : translation;
}
