import { event, type Executor, type Json, NOTHING, type Translation } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/**
 * Codex, `exec --json`, the prompt from stdin by `-`. It waits for a dead network forever, so the emulator's own
 * deadline ends it.
 */
export const codex: Executor = {
  name: 'codex',
  cli: 'codex',
  install: 'npm install -g @openai/codex',
  arguments: (model) => [
    'exec',
    '--json',
    '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox',
    ...(model === null ? [] : [`--model=${model}`]),
    '-',
  ],
  translate(message) {
    const item = objectOf(message['item']);
    switch (message['type']) {
      case 'thread.started':
        return event('init', { threadId: message['thread_id'] });
      case 'item.started':
        return item['type'] === 'command_execution' ? commandStarted(item) : NOTHING;
      case 'item.completed':
        return completed(item);
      case 'turn.failed':
        return { events: [], failure: textOf(objectOf(message['error'])['message']) || 'the turn failed' };
      default:
        // `error` is also a passing trouble that codex retries; the exit code tells whether it was the end.
        return message['type'] === 'error' ? event('text', { content: textOf(message['message']) }) : NOTHING;
    }
  },
};

function commandStarted(item: Json): Translation {
  return event('tool_use', { id: item['id'], name: 'shell', input: { command: item['command'] } });
}

function completed(item: Json): Translation {
  switch (item['type']) {
    case 'agent_message':
      return event('text', { content: textOf(item['text']) });
    case 'reasoning':
      return event('thinking', { content: textOf(item['text']) });
    case 'command_execution':
      return event('tool_result', {
        id: item['id'],
        output: textOf(item['aggregated_output']),
        exitCode: item['exit_code'],
      });
    case 'error':
      return event('text', { content: textOf(item['message']) }); // e.g. "unknown model": told, and not fatal.
    default:
      return event('tool_use', { id: item['id'], name: item['type'], input: item });
  }
}
