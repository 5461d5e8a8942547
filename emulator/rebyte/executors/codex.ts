import { event, type Executor, type Json, message, NOTHING, notice, type Translation } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/**
 * Codex, `exec --json`, the prompt from stdin by `-`. It waits for a dead network forever, so the emulator's own
 * deadline ends it.
 */
export const codex: Executor = {
  name: 'codex',
  cli: 'codex',
  install: 'npm install -g @openai/codex',
  arguments: ({ model, session }) => [
    'exec',
    ...(session === undefined ? [] : ['resume']),
    '--json',
    '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox',
    ...(model === null ? [] : [`--model=${model}`]),
    ...(session === undefined ? [] : [session]),
    '-',
  ],
  translate(line) {
    const item = objectOf(line['item']);
    switch (line['type']) {
      case 'thread.started':
        return { ...event('init', { threadId: line['thread_id'] }), session: textOf(line['thread_id']) };
      case 'item.started':
        return item['type'] === 'command_execution' ? commandStarted(item) : NOTHING;
      case 'item.completed':
        return completed(item);
      case 'turn.failed':
        return { events: [], failure: textOf(objectOf(line['error'])['message']) || 'the turn failed' };
      default:
        // `error` is also a passing trouble that codex retries; `turn.failed` tells when it was the end.
        return line['type'] === 'error' ? notice(textOf(line['message'])) : NOTHING;
    }
  },
};

function commandStarted(item: Json): Translation {
  return event('tool_use', { id: item['id'], name: 'shell', input: { command: item['command'] } });
}

function completed(item: Json): Translation {
  switch (item['type']) {
    case 'agent_message':
      return { events: [message('text', textOf(item['text']))] };
    case 'reasoning':
      return { events: [message('thinking', textOf(item['text']))] };
    case 'command_execution':
      return event('tool_result', {
        id: item['id'],
        output: textOf(item['aggregated_output']),
        exitCode: item['exit_code'],
      });
    case 'error':
      return notice(textOf(item['message'])); // e.g. "Model metadata not found": told, and not fatal.
    default:
      return event('tool_use', { id: item['id'], name: item['type'], input: item });
  }
}
