import { ValidationError } from './errors.ts';

/** @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file — reserved with any extension, in any case. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
const MAX_NAME_BYTES = 255;

/**
 * The name, if it is a plain file name on every system: it can then be joined to a directory and stays inside.
 *
 * @throws ValidationError for separators, drive letters and streams (`:`), `.` and `..`, Windows devices, control or
 *   bidirectional characters, a trailing dot or space, and names beyond 255 bytes.
 */
export function plainFileName(name: string): string {
  const problem = problemOf(name);
  if (problem === undefined) return name;
  throw new ValidationError('name', `The artifact name ${JSON.stringify(name)} is refused: it ${problem}.`);
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (/[/\\]/.test(name)) return 'contains a path separator';
  if (name === '.' || name === '..') return 'names a directory';
  if (/[:*?"<>|]/.test(name)) return 'contains a character that Windows forbids';
  if (/[\p{Cc}\p{Bidi_Control}]/u.test(name)) return 'contains a control character';
  if (/[. ]$/.test(name)) return 'ends with a dot or a space';
  if (WINDOWS_DEVICE.test(name)) return 'is a device on Windows';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `is longer than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}
