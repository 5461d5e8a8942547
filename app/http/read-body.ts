import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './answer.ts';
import { BodyBudget } from './body-budget.ts';
import { BodyCut } from './refusal.ts';

/** What a chunk costs besides its bytes: a body can be sent in chunks of one byte. */
const CHUNK_BYTES = 256;

/** Of all servers of this process, which has one memory. */
const EVERY_BODY = new BodyBudget();

/**
 * The raw bytes of a JSON request. What announces too much is refused before it is read, what turns out to be too much as
 * soon as it does.
 *
 * @param budget shared by all that is read at the same time. Default: one of 256 MiB for the process.
 * @throws HttpProblem 415 for another content type, 413 above `maxBytes`, 503 when the budget is used up and this body is
 *   the largest, 400 when the sender hangs up.
 */
export async function readJsonBytes(
  request: IncomingMessage,
  maxBytes: number,
  budget: BodyBudget = EVERY_BODY,
): Promise<Buffer> {
  if (!/^\s*application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'Content-Type must be application/json.', { accept: 'application/json' });
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  let release = (): void => undefined;
  try {
    // Not `for await`: leaving it early destroys the connection before the answer is out.
    await new Promise<void>((resolve, reject) => {
      const held = budget.hold(reject);
      release = held.release;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) reject(tooLarge(maxBytes));
        else chunks.push(chunk);
        held.add(chunk.length + CHUNK_BYTES);
      });
      request.once('end', resolve);
      request.once('error', reject);
      request.once('aborted', () => reject(new BodyCut('cut_off', new HttpProblem(400, 'The request was cut off.'))));
    });
    return Buffer.concat(chunks, size);
  } catch (error) {
    request.removeAllListeners('data').pause();
    if (error instanceof HttpProblem) throw error;
    throw new BodyCut('cut_off', new HttpProblem(400, 'The request could not be read.'));
  } finally {
    release();
  }
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `The body is larger than ${maxBytes / 1024 / 1024} MiB.`);
}
