import { once } from 'node:events';

/**
 * Prints one event as the emulator's executor reads them. Waits while the pipe is full: what an agent says is bounded
 * by how fast it is read.
 */
export async function emit(
  eventType: string,
  payload: Readonly<Record<string, unknown>>,
  more: object = {},
): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify({ eventType, payload, ...more })}\n`))
    await once(process.stdout, 'drain');
}

/** Text for people. */
export function say(content: string): Promise<void> {
  return emit('text', { content });
}

let calls = 0;

/** Does something and reports it as the tool call that it is. */
export async function tool<T>(
  call: { readonly name: string; readonly input: Readonly<Record<string, unknown>> },
  work: () => Promise<T>,
  summary: (result: T) => string,
): Promise<T> {
  calls += 1;
  const id = `demo_${calls}`;
  await emit('tool_use', { id, ...call });
  const result = await work();
  await emit('tool_result', { id, output: summary(result) });
  return result;
}
