import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Emulator } from '../emulator.ts';
import type { StreamFault } from '../faults.ts';
import { finalResult } from '../prompt-run.ts';
import { isLive, type Prompt, type Task } from '../records.ts';

/**
 * The event stream of the task's latest prompt. A live prompt is replayed from its start and then followed; one that
 * has ended gives `done` at once and no events [O]. Written on node's own response: its backpressure, not a buffer,
 * holds back a slow reader, and the cut and stall faults need the socket.
 */
export async function streamEvents(emulator: Emulator, task: Task, response: ServerResponse): Promise<Response> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  const prompt = task.prompts.at(-1);
  const fault = emulator.faults.take((other): other is StreamFault => other.kind === 'stream');
  const frames = prompt
    ? framesOf(prompt, { signal: gone.signal, heartbeatMs: emulator.settings.timings.heartbeatMs })
    : [];
  try {
    if (fault) await breakOff(frames, fault, { response, gone: gone.signal });
    else await pipeline(Readable.from(frames), response);
  } catch {
    // The reader hung up: nobody is left to be told.
  }
  return RESPONSE_ALREADY_SENT;
}

interface Following {
  readonly signal: AbortSignal;
  readonly heartbeatMs: number;
}

async function* framesOf(prompt: Prompt, { signal, heartbeatMs }: Following): AsyncGenerator<string> {
  if (isLive(prompt)) {
    for await (const lines of prompt.log.follow(signal, heartbeatMs)) {
      yield lines.length === 0 ? ': heartbeat\n\n' : lines.map((line) => `event: event\ndata: ${line}\n\n`).join('');
    }
  }
  if (signal.aborted) return;
  const done = { status: prompt.status, lastSeq: prompt.log.count, finalResult: await finalResult(prompt) };
  yield `event: done\ndata: ${JSON.stringify(done)}\n\n`;
}

/** Sends the frames up to the fault's event, each until it is on the wire; then a reset, or silence. */
async function breakOff(
  frames: AsyncIterable<string> | Iterable<string>,
  { how, afterEvents }: StreamFault,
  { response, gone }: { readonly response: ServerResponse; readonly gone: AbortSignal },
): Promise<void> {
  let left = afterEvents;
  for await (const batch of frames) {
    for (const frame of batch.split(/(?<=\n\n)/)) {
      const isEvent = frame.startsWith('event:');
      if (isEvent && left === 0) {
        if (how === 'cut') response.destroy();
        else if (!gone.aborted) await once(gone, 'abort');
        return;
      }
      await new Promise((written) => response.write(frame, written));
      if (isEvent) left -= 1;
    }
  }
  response.end();
}
