import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { isSecretFile } from '../checkout/secret-files.ts';
import { mustBeInside } from './inside-workspace.ts';
import { Refusal } from '../refusal.ts';

/** One file that will travel with the task. */
export interface SentFile {
  /** Absolute path on this machine. */
  readonly path: string;
  /** Name in the VM's `/code/`; a task's files share one flat folder. */
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
}

/** What Rebyte takes per file; it repeats the number with every upload (POST /files, `maxFileSize`). */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
/** POST /files: the filename's limit. */
const MAX_FILENAME_CHARS = 255;

/**
 * The files that the `files` input names. Links are not followed, `.git` never travels, and files that commonly hold
 * secrets (`.env*`, keys, …) only when a pattern names them, not when one merely covers them.
 *
 * @throws Refusal `file_refused` when a pattern matches nothing, or a file is too large or has the name of another.
 */
export async function findSentFiles(patterns: readonly string[], workspace: string): Promise<SentFile[]> {
  if (patterns.length === 0) return [];
  const { glob } = await import('tinyglobby');
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const found = new Map<string, SentFile>();
  for (const pattern of patterns.filter((each) => !each.startsWith('!'))) {
    const namesSecret = isSecretFile(pattern);
    const ignore = [...excluded, '**/.git/**'];
    const options = { cwd: workspace, ignore, dot: true, absolute: true, followSymbolicLinks: false, onlyFiles: true };
    const matches = (await glob(pattern, options)).filter((file) => namesSecret || !isSecretFile(file)).toSorted();
    if (matches.length === 0) throw refused(`\`files\`: "${pattern}" matches no file in ${workspace}`);
    for (const match of matches) {
      const file = await describe(match, workspace);
      const other = found.get(file.filename);
      if (other !== undefined && other.path !== file.path) {
        throw refused(
          `\`files\`: "${other.path}" and "${file.path}" would both arrive as /code/${file.filename}; send one of them, or an archive`,
        );
      }
      found.set(file.filename, file);
    }
  }
  return [...found.values()];
}

async function describe(file: string, workspace: string): Promise<SentFile> {
  const status = await lstat(file);
  const shown = path.relative(workspace, file);
  if (!status.isFile()) throw refused(`\`files\`: "${shown}" is not a regular file (links are not followed)`);
  await mustBeInside(file, workspace, 'files');
  const filename = path.basename(file);
  if (filename.length > MAX_FILENAME_CHARS)
    throw refused(`\`files\`: the name of "${shown}" is longer than ${MAX_FILENAME_CHARS} characters`);
  if (status.size > MAX_FILE_BYTES) {
    throw refused(
      `\`files\`: "${shown}" has ${status.size} bytes; Rebyte takes at most ${MAX_FILE_BYTES} (50 MiB) per file`,
    );
  }
  return { path: file, filename, size: status.size };
}

function refused(message: string): Refusal {
  return new Refusal('file_refused', `${message}.`);
}
