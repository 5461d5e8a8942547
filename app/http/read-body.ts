import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './answer.ts';

/**
 * The raw bytes of a JSON request. What announces too much is refused before it is read, what turns out to be too much as
 * soon as it does.
 *
 * @throws HttpProblem 415 for another content type, 413 above `maxBytes`, 400 when the sender hangs up.
 */
export async function readJsonBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (!/^\s*application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'Content-Type must be application/json.', { accept: 'application/json' });
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Not `for await`: leaving it early destroys the connection before the answer is out.
    await new Promise<void>((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) reject(tooLarge(maxBytes));
        else chunks.push(chunk);
      });
      request.once('end', resolve);
      request.once('error', reject);
      request.once('aborted', () => reject(new HttpProblem(400, 'The request was cut off.')));
    });
  } catch (error) {
    request.removeAllListeners('data').pause();
    throw error instanceof HttpProblem ? error : new HttpProblem(400, 'The request could not be read.');
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `The body is larger than ${maxBytes / 1024 / 1024} MiB.`);
}
