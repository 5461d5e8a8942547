import { z } from 'zod';
import type { RepositoryName } from '../../model/thread.ts';
import type { RepositoryPort } from '../../ports/forge.ts';
import type { NoteStore } from '../../ports/store.ts';
import { MAX_CONFIG_CHARS } from './parse-config.ts';

const CACHED = z.object({ etag: z.string(), text: z.string(), url: z.string() });

export interface ReadFile {
  readonly text: string;
  /** Web address. */
  readonly url: string;
}

/**
 * A file of the default branch, kept with its ETag. GitHub is always asked, so a push counts at once; "unchanged" is an
 * answer that its rate limit does not count. Undefined when there is no such file, or none that we may read.
 */
export async function readCached(
  parts: { forge: Pick<RepositoryPort, 'readFile'>; notes: Pick<NoteStore, 'read' | 'write'> },
  repository: RepositoryName,
  path: string,
): Promise<ReadFile | undefined> {
  const { forge, notes } = parts;
  const key = `file:${repository.owner}/${repository.repo}/${path}`.toLowerCase();
  const cached = parseCached(await notes.read(key));
  const answer = await forge.readFile(repository, path, cached === undefined ? {} : { etag: cached.etag });
  if (answer === 'unchanged') return cached;
  const keep = answer !== undefined && answer.etag !== '' && answer.text.length <= MAX_CONFIG_CHARS;
  if (keep) await notes.write(key, JSON.stringify({ etag: answer.etag, text: answer.text, url: answer.url }));
  else if (cached !== undefined) await notes.write(key, undefined);
  return answer;
}

function parseCached(text: string | undefined): z.infer<typeof CACHED> | undefined {
  if (text === undefined) return undefined;
  try {
    return CACHED.parse(JSON.parse(text));
  } catch {
    // Written by another version: read the file anew.
    return undefined;
  }
}
