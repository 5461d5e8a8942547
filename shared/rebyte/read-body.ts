import { InvalidResponseError } from './errors.ts';
import type { HttpAnswer } from './http.ts';

/** The body as UTF-8 text. @throws InvalidResponseError past `maxBytes`; nothing more is read then. */
export async function readText(answer: HttpAnswer, maxBytes: number): Promise<string> {
  const { text, cut } = await readStart(answer, maxBytes);
  if (cut) throw new InvalidResponseError(`the body is larger than ${maxBytes} bytes`);
  return text;
}

/** The body's first `maxBytes` as UTF-8 text, and whether there was more. */
export async function readStart(answer: HttpAnswer, maxBytes: number): Promise<{ text: string; cut: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.chunks) {
    parts.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) break;
  }
  const text = Buffer.concat(parts).subarray(0, maxBytes).toString('utf8');
  return { text, cut: size > maxBytes };
}
