import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { artifactType } from '../artifact-types.ts';

/** A file as a download; never shown inline, as an agent's HTML would run on this origin. */
export async function fileResponse(path: string, name: string): Promise<Response> {
  const { size } = await stat(path);
  const body = Readable.toWeb(createReadStream(path));
  const quoted = name.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  return new Response(body, {
    headers: {
      'Content-Type': artifactType(name) ?? 'application/octet-stream',
      'Content-Length': String(size),
      'Content-Disposition': `attachment; filename="${quoted}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
