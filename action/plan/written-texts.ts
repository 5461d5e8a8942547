import { text, type WorkflowEvent } from '../event.ts';

/** A text of the event's payload that a person wrote. */
export interface WrittenText {
  readonly name: 'title' | 'body' | 'comment';
  readonly body: string;
  readonly author: string;
}

/** The texts of an event that are context for the agent; their authors may be anybody, and '' is a deleted account. */
export function writtenTexts({ payload }: WorkflowEvent): WrittenText[] {
  const thread = text(payload, 'pull_request', 'number') === '' ? 'issue' : 'pull_request';
  const author = text(payload, thread, 'user', 'login');
  const comment = text(payload, 'comment', 'body') === '' ? 'review' : 'comment';
  const texts: WrittenText[] = [
    { name: 'title', body: text(payload, thread, 'title'), author },
    { name: 'body', body: text(payload, thread, 'body'), author },
    { name: 'comment', body: text(payload, comment, 'body'), author: text(payload, comment, 'user', 'login') },
  ];
  return texts.filter(({ body }) => body.trim() !== '');
}
