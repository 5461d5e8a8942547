import { type AgentEvent, event, type Executor, type Json, NOTHING, type Translation } from './executor.ts';
import { listOf, objectOf, textOf } from './json-value.ts';

/**
 * Claude Code, `--output-format stream-json`. Tools are allowed by name because it refuses
 * `--dangerously-skip-permissions` as root; without them a tool call is denied and the run still "succeeds".
 */
export const claude: Executor = {
  name: 'claude',
  cli: 'claude',
  install: 'npm install -g @anthropic-ai/claude-code',
  arguments: (model) => [
    '--print',
    '--output-format=stream-json',
    '--verbose',
    '--permission-mode=acceptEdits',
    '--allowedTools=Bash,Edit,Write,Read,Glob,Grep,WebFetch,WebSearch,TodoWrite,NotebookEdit',
    ...(model === null ? [] : [`--model=${model}`]),
  ],
  environment: { DISABLE_AUTOUPDATER: '1' },
  translate(message) {
    switch (message['type']) {
      case 'system':
        return message['subtype'] === 'init'
          ? event('init', { cwd: message['cwd'], model: message['model'] })
          : NOTHING;
      case 'assistant':
      case 'user':
        return { events: listOf(objectOf(message['message'])['content']).flatMap(blockEvent) };
      case 'result':
        return resultOf(message);
      default:
        return NOTHING;
    }
  },
};

function blockEvent(block: Json): AgentEvent[] {
  switch (block['type']) {
    case 'thinking':
      return [{ eventType: 'thinking', payload: { content: textOf(block['thinking']) } }];
    case 'text':
      return [{ eventType: 'text', payload: { content: textOf(block['text']) } }];
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
function resultOf(message: Json): Translation {
  const result = textOf(message['result']);
  const translation = event('result', { result, usage: message['usage'] });
  return message['is_error'] === true ? { ...translation, failure: result || textOf(message['subtype']) } : translation;
}
