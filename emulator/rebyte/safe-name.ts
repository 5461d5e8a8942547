import { ApiError } from './api-error.ts';

/**
 * A filename that stays in its folder: no separators of any system, no control characters, not `.` or `..`, at most
 * 255 bytes, which is what file systems take. Refused with `validation_error`, never silently changed: the agent is
 * told to look for the file under the name it was given.
 */
export function safeName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const unsafe = /[/\\\u0000-\u001f\u007f]/.test(name) || name === '.' || name === '..' || name === '.git';
  if (unsafe || name === '' || Buffer.byteLength(name) > 255) {
    throw new ApiError(
      'validation_error',
      `filename ${JSON.stringify(name.slice(0, 80))} must be a plain name without folders, at most 255 bytes`,
    );
  }
  return name;
}
