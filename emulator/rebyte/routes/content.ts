import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { finalResult, promptText } from '../prompt-run.ts';
import type { Prompt, Task } from '../records.ts';
import { taskStatus } from '../task-view.ts';

/** GET /tasks/:id/content [O], written piece by piece: a prompt can have a hundred megabytes of events. */
export function contentResponse(task: Task, withEvents: boolean): Response {
  const body = Readable.toWeb(Readable.from(contentOf(task, withEvents)));
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}

async function* contentOf(task: Task, withEvents: boolean): AsyncGenerator<string> {
  yield `{"id":${JSON.stringify(task.id)},"status":${JSON.stringify(taskStatus(task))},"prompts":[`;
  for (const [index, prompt] of task.prompts.toReversed().entries()) {
    const userPrompt = await promptText(prompt);
    const response = (await finalResult(prompt)) || null;
    const fields = JSON.stringify({ id: prompt.id, status: prompt.status, userPrompt, response });
    yield `${index === 0 ? '' : ','}${fields.slice(0, -1)}`;
    if (withEvents) yield* eventsOf(prompt);
    yield '}';
  }
  yield ']}';
}

async function* eventsOf(prompt: Prompt): AsyncGenerator<string> {
  yield ',"events":[';
  const shown = prompt.log.count;
  const lines = existsSync(prompt.log.path) ? createInterface({ input: createReadStream(prompt.log.path) }) : [];
  let written = 0;
  for await (const line of lines) {
    if (written === shown) break; // What is being appended right now may be half a line.
    yield `${written === 0 ? '' : ','}${line}`;
    written += 1;
  }
  yield ']';
}
