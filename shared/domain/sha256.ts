import { createHash } from 'node:crypto';

/** SHA-256 of the text's UTF-8, in 64 lower-case hex digits: what `sha256sum` prints. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
